import assert from 'node:assert/strict';
import { requestOf, unitAndBounds } from '../../src/web/predict-request.js';

describe('the form for /predict', () => {
  it('sends numbers as numbers, anything else as text, and nothing for an empty field', () => {
    const entries = [
      ['rsi_14', ' 55.5 '],
      ['ma_10_ratio', '-0.01'],
      ['ma_50_ratio', '−0.02'],
      ['volatility_10', 'abc'],
      ['volatility_known_9', ''],
      ['far', '1e999'],
    ] as const;
    assert.deepEqual(requestOf(entries), {
      rsi_14: 55.5,
      ma_10_ratio: -0.01,
      ma_50_ratio: -0.02,
      volatility_10: 'abc',
      far: '1e999',
    });
  });

  for (const [minimum, maximum, text] of [
    [0, 100, 'index, 0 to 100'],
    [0, null, 'index, at least 0'],
    [null, 1, 'index, at most 1'],
    [null, null, 'index'],
  ] as const) {
    it(`describes the unit and bounds as "${text}"`, () => {
      const feature = { name: 'x', description: 'x', unit: 'index', minimum, maximum, lookback: 1 };
      assert.equal(unitAndBounds(feature), text);
    });
  }
});
