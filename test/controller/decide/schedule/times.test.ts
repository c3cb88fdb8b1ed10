import { deepEqual, equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { latestWithin, timesOf } from '../../../../src/controller/decide/schedule/times.ts';
import { formatTime, parseTime } from '../../../../src/controller/time.ts';

/** The next `count` times after a moment. */
function following(cron: string, timeZone: string, after: string, count: number): string[] {
  const times = timesOf({ cron, timeZone });
  const list: string[] = [];
  for (
    let time = times.next(parseTime(after));
    time !== null && list.length < count;
    time = times.next(time)
  ) {
    list.push(formatTime(time));
  }
  return list;
}

describe('times of a schedule', () => {
  const rows: [name: string, cron: string, timeZone: string, after: string, times: string[]][] = [
    [
      'are on weekdays only if the fields say so',
      '30 22 * * 1-5',
      'Etc/UTC',
      '2026-11-20T12:00:00Z',
      ['2026-11-20T22:30:00Z', '2026-11-23T22:30:00Z'],
    ],
    [
      'are in their time zone',
      '30 17 * * *',
      'America/New_York',
      '2026-11-20T12:00:00Z',
      ['2026-11-20T22:30:00Z', '2026-11-21T22:30:00Z'],
    ],
    [
      'are at the end of the gap when New York skips them',
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z'],
    ],
    [
      'are at the end of the gap when Berlin skips them',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ],
    [
      'occur once when New York repeats them',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'],
    ],
    [
      'occur once when Berlin repeats them',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ],
    [
      'occur in both repeated hours with a wildcard for the hour',
      '30 * * * *',
      'America/New_York',
      '2026-11-01T04:45:00Z',
      ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-01T07:30:00Z'],
    ],
    [
      'do not occur in the skipped hour with a wildcard for the hour',
      '30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:15:00Z',
      ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'],
    ],
    ['may be years away', '0 0 29 2 *', 'Etc/UTC', '2096-03-01T00:00:00Z', ['2104-02-29T00:00:00Z']],
  ];
  for (const [name, cron, timeZone, after, expected] of rows) {
    it(name, () => deepEqual(following(cron, timeZone, after, expected.length), expected));
  }

  for (const [what, cron, timeZone, message] of [
    ['an invalid minute', '61 * * * *', 'Etc/UTC', /minute: 61/],
    ['a wrong number of fields', '30 22 * *', 'Etc/UTC', /five/],
    ['seconds', '0 30 22 * * *', 'Etc/UTC', /5/],
    ['text', 'at noon every day please', 'Etc/UTC', /./],
    ['a day that never occurs', '0 0 30 2 *', 'Etc/UTC', /no such day/],
    ['an unknown time zone', '30 22 * * *', 'Mars/Olympus', /Mars\/Olympus/],
  ] as const) {
    it(`reject ${what}`, () => {
      throws(() => timesOf({ cron, timeZone }), message);
    });
  }

  it('are found within a range: the latest, including the end, excluding the start', () => {
    const times = timesOf({ cron: '0 * * * *', timeZone: 'Etc/UTC' });
    const within = (after: string, until: string) => {
      const time = latestWithin(times, parseTime(after), parseTime(until));
      return time === null ? null : formatTime(time);
    };
    equal(within('2026-01-01T00:00:00Z', '2026-01-01T03:10:00Z'), '2026-01-01T03:00:00Z');
    equal(within('2026-01-01T00:00:00Z', '2026-01-01T03:00:00Z'), '2026-01-01T03:00:00Z');
    equal(within('2026-01-01T03:00:00Z', '2026-01-01T03:59:59Z'), null);
  });

  it('are the same when searched from a year before as from an hour before, whatever the clock changes', () => {
    const year = 366 * 86_400_000;
    const changes = [
      '2026-03-08T07:00:00Z',
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-11-01T06:00:00Z',
    ];
    const moment = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -10_800, max: 10_800 }))
      .map(([change, seconds]) => parseTime(change) + seconds * 1000);
    const zone = fc.constantFrom('America/New_York', 'Europe/Berlin');
    const cron = fc.constantFrom(
      '30 2 * * *',
      '30 1 * * *',
      '*/20 * * * *',
      '15 2 * * *',
      '0 3 * * *',
      '5 */2 * * *',
    );
    fc.assert(
      fc.property(moment, zone, cron, (until, timeZone, fields) => {
        const times = timesOf({ cron: fields, timeZone });
        let expected: number | null = null;
        const start = until - 2 * 86_400_000;
        for (let time = times.next(start); time !== null && time <= until; time = times.next(time))
          expected = time;
        equal(latestWithin(times, until - year, until), expected);
      }),
    );
  });
});
