import assert from 'node:assert/strict';
import { addDays } from '../../src/market/days.ts';
import { likelySplits, unadjustedSplits } from '../../src/market/splits.ts';

/** Bars that open and close at the given prices, on days from 2024-01-01. */
function closing(...closes: number[]) {
  return closes.map((close, index) => ({
    date: addDays('2024-01-01', index),
    open: close,
    close,
    place: `row ${index + 1}`,
  }));
}

describe('recorded splits', () => {
  const sevenToOne = { date: '2024-01-04', ratio: 7, text: '7:1' };

  it('are fine when prices do not jump', () => {
    assert.deepEqual(unadjustedSplits(closing(100, 101, 99, 102, 100), [sevenToOne]), []);
  });

  it('refuses the jump of an unadjusted split, also a day or two off', () => {
    for (const jump of [1, 2, 3, 4, 5]) {
      const closes = Array.from({ length: 8 }, (_, index) => (index < jump ? 700 : 101));
      const [violation, ...more] = unadjustedSplits(closing(...closes), [sevenToOne]);
      assert.equal(
        violation?.message,
        `row ${jump + 1}: the close jumps by the 7:1 split of 2024-01-04: prices are not adjusted for it`,
      );
      assert.deepEqual(more, []);
    }
  });

  it('refuses the jump of a reverse split', () => {
    const reverse = { date: '2024-01-03', ratio: 0.1, text: '1:10' };
    assert.equal(unadjustedSplits(closing(1, 1.1, 11.5, 11), [reverse]).length, 1);
    assert.equal(unadjustedSplits(closing(11, 11.1, 11.5, 11), [reverse]).length, 0);
  });

  it('refuses it also when the price moved by itself on that day', () => {
    for (const close of [80, 120]) {
      assert.equal(unadjustedSplits(closing(700, 700, 700, close, close), [sevenToOne]).length, 1);
    }
  });

  it('accepts a large fall near a split, up to half of the split', () => {
    assert.deepEqual(unadjustedSplits(closing(100, 100, 100, 80, 81), [sevenToOne]), []);
    const small = { date: '2024-01-04', ratio: 1.05, text: '21:20' };
    assert.deepEqual(unadjustedSplits(closing(105, 105, 105, 100, 100), [small]), []);
  });

  it('ignores jumps elsewhere, and splits outside the bars', () => {
    assert.deepEqual(unadjustedSplits(closing(100, 100, 100, 100, 100, 100, 100, 14), [sevenToOne]), []);
    for (const date of ['2023-12-01', '2024-02-01']) {
      assert.deepEqual(unadjustedSplits(closing(700, 100, 100), [{ ...sevenToOne, date }]), []);
    }
  });
});

describe('unrecorded splits', () => {
  it('are suspected where the open is a common fraction or multiple of the close before', () => {
    assert.match(
      likelySplits(closing(645.57, 93.7))[0]?.message ?? '',
      /^row 2: the open after the close before looks like a 7:1 split/,
    );
    assert.match(likelySplits(closing(1, 10.2))[0]?.message ?? '', /1:10 split/);
  });

  it('are not suspected for ordinary price moves', () => {
    assert.deepEqual(likelySplits(closing(100, 50, 75, 40, 44, 99)), []);
  });
});
