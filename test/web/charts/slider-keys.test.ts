import assert from 'node:assert/strict';
import { indexAfter } from '../../../src/web/charts/slider-keys.js';

describe('reading a chart by keyboard', () => {
  const ends = [100, 200] as const;

  for (const [key, from, to] of [
    ['ArrowLeft', 150, 149],
    ['ArrowRight', 150, 151],
    ['ArrowUp', 150, 151],
    ['ArrowDown', 150, 149],
    ['PageUp', 150, 171],
    ['PageDown', 150, 129],
    ['Home', 150, 100],
    ['End', 150, 200],
    ['ArrowRight', 200, 200],
    ['ArrowLeft', 100, 100],
    ['PageUp', 195, 200],
    ['ArrowLeft', 300, 200],
  ] as const) {
    it(`${key} leads from ${from} to ${to}, within the range shown`, () =>
      assert.equal(indexAfter(key, from, ends), to));
  }

  it('leaves every other key to the browser', () => {
    for (const key of ['Tab', 'Enter', ' ', 'a', 'toString']) assert.equal(indexAfter(key, 150, ends), null);
  });
});
