import assert from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import { checkBars, type DatedBarLimits, withoutEmptyRows } from '../../src/market/checks.ts';
import type { RawBar } from '../../src/market/source.ts';

const days = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
const good: RawBar[] = days.map((date, index) => ({
  date,
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 500,
  place: `row ${index + 1}`,
}));
const limits: DatedBarLimits = {
  maximumGapDays: 5,
  minimumBars: 5,
  age: undefined,
  latestDay: '2024-02-01',
};

/** The good rows with some of them changed. */
function rows(changes: Record<number, Partial<RawBar>>): RawBar[] {
  return good.map((row, index) => ({ ...row, ...changes[index + 1] }));
}

function failure(bars: RawBar[], changed: Partial<DatedBarLimits> = {}): Failure {
  try {
    checkBars('AAPL', bars, [], { ...limits, ...changed });
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  assert.fail('nothing was refused');
}

describe('checks of bars', () => {
  it('pass good bars on, rounded, without their places', () => {
    const bars = checkBars('AAPL', rows({ 1: { close: Math.fround(11.1) } }), [], limits);
    assert.deepEqual(bars[0], { date: '2024-01-02', open: 10, high: 12, low: 9, close: 11.1, volume: 500 });
    assert.equal(bars.length, 5);
  });

  it('accept zero volume, as for indices and currencies, and a day at a single price', () => {
    checkBars('^GSPC', rows({ 2: { volume: 0 }, 3: { open: 9, high: 9, low: 9, close: 9 } }), [], limits);
  });

  it('accept a day up to the latest, and refuse later ones', () => {
    checkBars('AAPL', good, [], { ...limits, latestDay: '2024-01-08' });
    const { reason, message } = failure(good, { latestDay: '2024-01-05' });
    assert.equal(reason, 'InvalidBars');
    assert.ok(message.includes('row 5: its day is in the future'), message);
    assert.ok(!message.includes('row 4'), message);
  });

  it('accept the longest gap that is allowed', () => {
    checkBars('AAPL', rows({ 5: { date: '2024-01-10' } }), [], limits);
  });

  const refused: [string, Record<number, Partial<RawBar>>, string][] = [
    ['a null', { 2: { close: null } }, 'row 2: close missing or not a number'],
    [
      'several in a row',
      { 2: { open: null, volume: Number.NaN } },
      'row 2: open, volume missing or not a number',
    ],
    ['infinity', { 2: { high: Infinity } }, 'row 2: high missing or not a number'],
    ['a day given twice', { 3: { date: '2024-01-03' } }, 'row 3: the same day as row 2'],
    [
      'days out of order',
      { 3: { date: '2024-01-01' } },
      'row 3: earlier than row 2: bars must be sorted, oldest first',
    ],
    ['high below low', { 2: { high: 8 } }, 'row 2: high is below low'],
    ['an open outside', { 2: { open: 12.5 } }, 'row 2: open is not between low and high'],
    ['a close outside', { 2: { close: 8.99 } }, 'row 2: close is not between low and high'],
    ['a price of zero', { 2: { low: 0 } }, 'row 2: low is not above zero'],
    ['a volume below zero', { 2: { volume: -1 } }, 'row 2: volume is below zero'],
    ['a gap', { 5: { date: '2024-01-11' } }, 'row 5: more days after row 4 than data.maximumGapDays, 5'],
  ];
  for (const [name, changes, message] of refused) {
    it(`refuse ${name}, naming the row`, () => {
      const error = failure(rows(changes));
      assert.equal(error.reason, 'InvalidBars');
      assert.equal(error.message, `bars of AAPL: ${message}`);
    });
  }

  it('name all violations at once, and the most serious is the reason', () => {
    const bad = rows({ 1: { high: 1 }, 4: { close: null, volume: null } });
    const error = failure(bad, { minimumBars: 6, age: { maximumDays: 7, asOf: '2024-02-08' } });
    assert.equal(error.reason, 'InvalidBars');
    assert.equal(error.kind, 'Permanent');
    assert.deepEqual(error.details, {
      count: 4,
      violations: [
        'row 4: close, volume missing or not a number',
        'row 1: high is below low',
        '5 bars; data.minimumBars is 6',
        'the last bar, 2024-01-08, is 31 days old on 2024-02-08; data.maximumBarAgeDays is 7 (delisted, renamed or suspended?)',
      ],
    });
  });

  it('refuse too few bars, and bars that are too old', () => {
    assert.equal(failure(good, { minimumBars: 6 }).reason, 'TooFewBars');
    assert.equal(failure(good, { age: { maximumDays: 1, asOf: '2024-01-10' } }).reason, 'StaleBars');
    checkBars('AAPL', good, [], { ...limits, age: { maximumDays: 2, asOf: '2024-01-10' } });
  });

  it('distinguish recorded splits from unrecorded ones', () => {
    const split = rows({ 3: { open: 77, high: 84, low: 63, close: 77 }, 4: {}, 5: {} });
    const unrecorded = (): unknown => checkBars('AAPL', split, null, limits);
    assert.throws(unrecorded, /row 3: .* looks like a 1:\d+ split.*row 4/s);
    checkBars('AAPL', split, [], limits);
  });

  it('separate rows without any price from the others', () => {
    const nothing = { open: null, high: null, low: null, close: null };
    const bars = rows({ 2: { ...nothing, volume: null }, 3: { ...nothing, volume: 0 }, 4: { ...nothing } });
    const parted = withoutEmptyRows(bars);
    assert.deepEqual(
      parted.empty.map(row => row.place),
      ['row 2', 'row 3'],
    );
    assert.deepEqual(
      parted.rows.map(row => row.place),
      ['row 1', 'row 4', 'row 5'],
      'shares that were traded at no price are no empty row',
    );
  });
});
