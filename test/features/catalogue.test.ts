import assert from 'node:assert/strict';
import { featureSchema } from '../../src/api/artifacts.ts';
import { featureCatalogue, firstViolation } from '../../src/features/catalogue.ts';

const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };

describe('feature catalogue', () => {
  it('names the features after their windows', () => {
    const names = (other: Partial<typeof windows>) =>
      featureCatalogue({ ...windows, ...other }).map(({ name }) => name);
    assert.deepEqual(names({}), [
      'ma_10_ratio',
      'ma_50_ratio',
      'rsi_14',
      'volatility_10',
      'volatility_known_9',
    ]);
    assert.deepEqual(
      names({ shortWindow: 5, longWindow: 200, rsiPeriod: 7, volatilityWindow: 21, horizonDays: 5 }),
      ['ma_5_ratio', 'ma_200_ratio', 'rsi_7', 'volatility_21', 'volatility_known_16'],
    );
  });

  it('has the number of bars that each feature needs', () => {
    assert.deepEqual(
      featureCatalogue(windows).map(({ lookback }) => lookback),
      [10, 50, 70, 11, 10],
    );
  });

  it('fits its schema', () => {
    for (const feature of featureCatalogue(windows)) featureSchema.parse(feature);
  });

  for (const [row, violated] of [
    [[0, 0, 50, 0.01, 0.01], undefined],
    [[9, -0.99, 0, 0, 0], undefined],
    [[0, 0, 100, 5, 5], undefined],
    [[-1, 0, 50, 0.01, 0.01], 'ma_10_ratio'],
    [[0, Number.NaN, 50, 0.01, 0.01], 'ma_50_ratio'],
    [[0, 0, 100.01, 0.01, 0.01], 'rsi_14'],
    [[0, 0, -0.01, 0.01, 0.01], 'rsi_14'],
    [[0, 0, 50, -0.01, 0.01], 'volatility_10'],
    [[0, 0, 50, 0.01, Number.POSITIVE_INFINITY], 'volatility_known_9'],
  ] as const) {
    it(`finds ${violated ?? 'nothing wrong'} in [${row}]`, () => {
      const values = Float64Array.of(Number.NaN, ...row);
      const features = featureCatalogue(windows).slice(0, row.length);
      assert.equal(firstViolation(features, values, 1)?.name, violated);
    });
  }
});
