import assert from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import { type Column, computeColumns } from '../../src/features/columns.ts';
import { cutPoints, proveNoLookAhead } from '../../src/features/leakage.ts';
import type { Bar } from '../../src/market/bar.ts';
import { sampleBars } from '../../support/bars.ts';

const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };
const bars = sampleBars();
const column = (name: string, history: readonly Bar[], reach: number, value: (bar: number) => number) => [
  { name, reach, values: Float64Array.from(history, (_, bar) => value(bar)) },
];
const close = (history: readonly Bar[], bar: number) => history[bar]?.close ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function failureOf(compute: (history: readonly Bar[]) => Column[]): Failure {
  try {
    proveNoLookAhead(bars, 70, compute);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  return assert.fail('nothing was found');
}

describe('look-ahead proof', () => {
  it('passes every feature and target of the catalogue on real bars', () => {
    const { cutPoints, comparedValues } = proveNoLookAhead(bars, 70, history =>
      computeColumns(history, windows),
    );
    assert.ok(cutPoints >= 90);
    assert.ok(comparedValues > 400_000);
  });

  it('limits features to their day, and each target to its horizon', () => {
    const reach = (name: string) =>
      computeColumns(bars.slice(0, 80), { ...windows, horizonDays: 3 }).find(each => each.name === name)
        ?.reach;
    assert.equal(reach('return_next'), 1);
    assert.equal(reach('volatility_ahead'), 3);
    for (const name of ['ma_10_ratio', 'ma_50_ratio', 'rsi_14', 'volatility_10', 'volatility_known_7']) {
      assert.equal(reach(name), 0);
    }
    for (const name of ['volatility_now', 'volatility_known']) assert.equal(reach(name), 0);
  });

  const leaks: Record<string, (history: readonly Bar[]) => Column[]> = {
    'a centred average': history =>
      column('centred', history, 0, bar =>
        mean(history.slice(Math.max(0, bar - 2), bar + 3).map(b => b.close)),
      ),
    'a z-score over the whole series': history => {
      const average = mean(history.map(bar => bar.close));
      return column('z_score', history, 0, bar => close(history, bar) - average);
    },
    "tomorrow's close": history => column('shifted', history, 0, bar => close(history, bar + 1)),
    "tomorrow's close, where there is one": history =>
      column('filled', history, 0, bar => history[bar + 1]?.close ?? close(history, bar)),
    'tomorrow on one weekday only': history =>
      column('fridays', history, 0, bar => close(history, bar % 5 === 4 ? bar + 1 : bar)),
    'values counted from the end': history => column('reversed', history, 0, bar => history.length - bar),
    'a target with a longer horizon than declared': history =>
      column('two_ahead', history, 1, bar => close(history, bar + 2)),
  };
  for (const [what, compute] of Object.entries(leaks)) {
    it(`fires on ${what}`, () => {
      const failure = failureOf(compute);
      const [{ name, values }] = compute(bars) as [Column];
      assert.equal(failure.reason, 'LookAhead');
      const { feature, date, truncated, whole } = failure.details;
      assert.equal(feature, name);
      const bar = bars.findIndex(each => each.date === date);
      assert.equal(whole, values[bar]);
      assert.notEqual(truncated, whole);
      for (const part of [name, date, truncated, whole]) assert.ok(failure.message.includes(String(part)));
    });
  }

  it('accepts a target within its reach', () => {
    proveNoLookAhead(bars, 70, history => column('two_ahead', history, 2, bar => close(history, bar + 2)));
  });

  it('distinguishes values that differ in the last bit, and zero from minus zero', () => {
    for (const [past, present] of [
      [1, 1 + Number.EPSILON],
      [0, -0],
      [Number.NaN, 0],
    ] as const) {
      const failure = failureOf(history =>
        column('hair', history, 0, () => (history.length === bars.length ? present : past)),
      );
      assert.equal(failure.reason, 'LookAhead');
    }
  });
});

describe('cut points', () => {
  for (const length of [70, 71, 100, 1259, 20_000, 100_000]) {
    it(`of ${length} bars are sorted, after the lookback, and cheap`, () => {
      const cuts = cutPoints(length, 70);
      assert.deepEqual(
        cuts,
        [...new Set(cuts)].toSorted((a, b) => a - b),
      );
      assert.ok(cuts.every(cut => Number.isInteger(cut) && cut >= 70 && cut <= Math.max(70, length - 1)));
      assert.ok(cuts.reduce((sum, cut) => sum + cut, 0) < 2_000_000);
      assert.ok(cuts.length >= Math.min(10, length - 70));
    });
  }

  it('cover every weekday about equally', () => {
    const onDay = [0, 0, 0, 0, 0];
    for (const cut of cutPoints(2070, 70)) onDay[cut % 5]! += 1;
    assert.ok(Math.min(...onDay) >= 15, `${onDay}`);
  });
});
