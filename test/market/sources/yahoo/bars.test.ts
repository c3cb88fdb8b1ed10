import assert from 'node:assert/strict';
import type { ChartResultObject } from 'yahoo-finance2/modules/chart';
import { Failure } from '../../../../src/failure.ts';
import { yahooBars } from '../../../../src/market/sources/yahoo/bars.ts';

const seconds = (moment: string): number => Date.parse(moment) / 1000;

interface Answer {
  timeZone?: string;
  timestamps: string[];
  session: [string, string];
  lastTrade?: string;
  change?: (chart: ChartResultObject) => void;
}

/** A validated answer, with one price for every bar. */
function chart({
  timeZone = 'America/New_York',
  timestamps,
  session,
  lastTrade,
  change,
}: Answer): ChartResultObject {
  const column = timestamps.map((_, index) => 100 + index);
  const period = { timezone: 'X', start: new Date(session[0]), end: new Date(session[1]), gmtoffset: 0 };
  const result: ChartResultObject = {
    meta: {
      currency: 'USD',
      symbol: 'AAPL',
      exchangeName: 'NMS',
      fullExchangeName: 'NasdaqGS',
      instrumentType: 'EQUITY',
      firstTradeDate: null,
      regularMarketTime: new Date(lastTrade ?? session[1]),
      gmtoffset: 0,
      timezone: 'X',
      exchangeTimezoneName: timeZone,
      regularMarketPrice: 100,
      priceHint: 2,
      currentTradingPeriod: { pre: period, regular: period, post: period },
      dataGranularity: '1d',
      range: '',
      validRanges: [],
    },
    timestamp: timestamps.map(seconds),
    indicators: { quote: [{ open: column, high: column, low: column, close: column, volume: column }] },
  };
  change?.(result);
  return result;
}

const days = (answer: Answer, now: string) => {
  const { rows, dropped } = yahooBars('AAPL', chart(answer), now);
  return { rows: rows.map(row => row.date), dropped: dropped.map(row => `${row.date} ${row.reason}`) };
};

describe('settled bars', () => {
  const newYork: Answer = {
    timestamps: ['2026-10-01T13:30:00Z', '2026-10-02T13:30:00Z'],
    session: ['2026-10-02T13:30:00Z', '2026-10-02T20:00:00Z'],
  };
  const live = '2026-10-02 live: its session was not over and settled';

  it('exclude the live bar until its session has ended and settled', () => {
    const trading = { ...newYork, timestamps: ['2026-10-01T13:30:00Z', '2026-10-02T18:32:11Z'] };
    for (const now of ['2026-10-02T18:32:12Z', '2026-10-02T20:00:00Z', '2026-10-02T20:29:59Z']) {
      assert.deepEqual(days(trading, now), { rows: ['2026-10-01'], dropped: [live] });
    }
  });

  it('include the bar half an hour after the close, and always on the next day', () => {
    for (const now of [
      '2026-10-02T20:30:00Z',
      '2026-10-03T03:59:00Z',
      '2026-10-03T04:00:00Z',
      '2026-10-05T12:00:00Z',
    ]) {
      assert.deepEqual(days(newYork, now), { rows: ['2026-10-01', '2026-10-02'], dropped: [] });
    }
  });

  it('include the bar when Yahoo already reports the next session', () => {
    const turned: Answer = { ...newYork, session: ['2026-10-05T13:30:00Z', '2026-10-05T20:00:00Z'] };
    assert.deepEqual(days(turned, '2026-10-02T23:00:00Z').rows, ['2026-10-01', '2026-10-02']);
  });

  it('exclude a bar of today when Yahoo still reports an older session', () => {
    const behind: Answer = { ...newYork, session: ['2026-10-01T13:30:00Z', '2026-10-01T20:00:00Z'] };
    assert.deepEqual(days(behind, '2026-10-02T21:00:00Z').dropped, [live]);
  });

  it('exclude bars after the time of the run', () => {
    assert.deepEqual(days(newYork, '2026-10-01T23:00:00Z'), {
      rows: ['2026-10-01'],
      dropped: ['2026-10-02 lies after the moment of the run'],
    });
    const turned: Answer = { ...newYork, session: ['2026-10-05T13:30:00Z', '2026-10-05T20:00:00Z'] };
    assert.deepEqual(days(turned, '2026-10-02T12:00:00Z').rows, ['2026-10-01'], 'also on the same day');
  });

  it('are dated by the exchange: Sydney opens on the day before, by UTC', () => {
    const sydney: Answer = {
      timeZone: 'Australia/Sydney',
      timestamps: ['2026-01-05T23:00:00Z', '2026-07-07T00:00:00Z'],
      session: ['2026-07-07T00:00:00Z', '2026-07-07T06:00:00Z'],
    };
    assert.deepEqual(days(sydney, '2026-07-08T00:00:00Z').rows, ['2026-01-06', '2026-07-07']);
  });

  it('of markets that never close are settled when their day has ended', () => {
    const bitcoin: Answer = {
      timeZone: 'UTC',
      timestamps: ['2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'],
      session: ['2026-10-02T00:00:00Z', '2026-10-02T23:59:00Z'],
    };
    assert.deepEqual(days(bitcoin, '2026-10-02T23:59:30Z').rows, ['2026-10-01']);
    assert.deepEqual(days(bitcoin, '2026-10-03T00:00:00Z').rows, ['2026-10-01', '2026-10-02']);
  });

  it('are unique: the row of the last trade replaces the same day’s row, and other duplicates stay for the checks', () => {
    const twin: Answer = {
      ...newYork,
      timestamps: ['2026-10-01T13:30:00Z', '2026-10-02T13:30:00Z', '2026-10-02T20:00:01Z'],
      lastTrade: '2026-10-02T20:00:01Z',
    };
    const { rows, dropped } = yahooBars('AAPL', chart(twin), '2026-10-02T21:00:00Z');
    assert.deepEqual(
      rows.map(row => [row.date, row.close]),
      [
        ['2026-10-01', 100],
        ['2026-10-02', 102],
      ],
    );
    assert.equal(dropped.length, 1);
    assert.equal(days({ ...twin, lastTrade: '2026-10-02T19:00:00Z' }, '2026-10-02T21:00:00Z').rows.length, 3);
  });

  it('have splits by the exchange’s day, currency and exchange; nulls stay nulls', () => {
    const answer: Answer = {
      ...newYork,
      change: result => {
        result.indicators.quote[0]?.close.splice(0, 1, null);
        const split = {
          date: new Date('2026-10-02T13:30:00Z'),
          numerator: 4,
          denominator: 1,
          splitRatio: '4:1',
        };
        result.events = { splits: { '1790947800': split } };
      },
    };
    const bars = yahooBars('AAPL', chart(answer), '2026-10-05T00:00:00Z');
    assert.deepEqual(bars.splits, [{ date: '2026-10-02', ratio: 4, text: '4:1' }]);
    assert.deepEqual([bars.currency, bars.exchange], ['USD', 'NasdaqGS']);
    assert.equal(bars.rows[0]?.close, null);
    assert.equal(bars.rows[0]?.place.slice(0, 6), 'row 1 ');
  });

  it('are refused when the response is inconsistent', () => {
    const wrong: [RegExp, (result: ChartResultObject) => void][] = [
      [/with the bars of another symbol$/, result => void Object.assign(result.meta, { symbol: 'MSFT' })],
      [/columns of different lengths/, result => void result.indicators.quote[0]?.volume.pop()],
      [
        /with an unknown time zone$/,
        result => void Object.assign(result.meta, { exchangeTimezoneName: 'Mars/Olympus' }),
      ],
    ];
    for (const [message, change] of wrong) {
      assert.throws(
        () =>
          yahooBars('AAPL', chart({ ...newYork, change: result => change(result) }), '2026-10-05T00:00:00Z'),
        error =>
          error instanceof Failure && error.reason === 'UnexpectedAnswer' && message.test(error.message),
      );
    }
  });
});
