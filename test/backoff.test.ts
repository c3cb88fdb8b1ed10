import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffDelay, retryAfterSeconds } from '../src/backoff.ts';

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffDelay', () => {
  it('doubles with each failure up to the cap, and randomises only the share given as jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), unit, unit, (failures, jitter, chance) => {
        const longest = Math.min(5000, 100 * 2 ** (failures - 1));
        const delay = backoffDelay({ base: 100, cap: 5000, jitter }, failures, () => chance);
        assert.ok(delay >= longest * (1 - jitter) - 1e-9 && delay <= longest + 1e-9);
      }),
    );
  });

  const cases = [
    { jitter: 0, failures: 3, random: 0.9, delay: 400 },
    { jitter: 0.5, failures: 1, random: 0, delay: 50 },
    { jitter: 0.5, failures: 3, random: 0.5, delay: 300 },
    { jitter: 1, failures: 2, random: 0.25, delay: 50 },
    { jitter: 1, failures: 99, random: 0.5, delay: 500 },
  ];
  for (const { jitter, failures, random, delay } of cases) {
    it(`is ${delay} after ${failures} failures with jitter ${jitter} and random ${random}`, () => {
      assert.equal(
        backoffDelay({ base: 100, cap: 1000, jitter }, failures, () => random),
        delay,
      );
    });
  }
});

describe('retryAfterSeconds', () => {
  const date = 'Mon, 14 May 2018 12:00:00 GMT';
  const cases: [string | null | undefined, string | null | undefined, number | undefined][] = [
    [null, date, undefined],
    [undefined, undefined, undefined],
    ['120', null, 120],
    [' 7 ', date, 7],
    ['0', date, 0],
    ['Mon, 14 May 2018 12:01:30 GMT', date, 90],
    ['Monday, 14-May-18 12:01:30 GMT', date, 90],
    ['Mon, 14 May 2018 11:00:00 GMT', date, 0],
    ['Mon, 14 May 2018 12:01:30 GMT', null, undefined],
    ['soon', date, undefined],
    ['-5', date, undefined],
    ['1.5', date, undefined],
    ['2018-05-14T12:01:30Z', date, undefined],
    ['', date, undefined],
  ];
  for (const [header, sent, seconds] of cases) {
    it(`is ${seconds} for ${JSON.stringify(header)} ${sent ? 'with' : 'without'} a Date header`, () => {
      assert.equal(retryAfterSeconds(header, sent), seconds);
    });
  }
});
