import assert from 'node:assert/strict';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { featureWindows, knownWindow } from '../../src/features/windows.ts';

describe('feature windows', () => {
  it('are the spec with the horizon of the risk label', () => {
    const windows = featureWindows(trainingRunSpecSchema.parse({}));
    assert.deepEqual(windows, {
      shortWindow: 10,
      longWindow: 50,
      rsiPeriod: 14,
      volatilityWindow: 10,
      horizonDays: 1,
    });
    assert.equal(knownWindow(windows), 9);
  });

  for (const [what, spec, path] of [
    [
      'a horizon that leaves less than two known returns',
      { features: { volatilityWindow: 5 }, risk: { horizonDays: 4 } },
      'risk.horizonDays',
    ],
    [
      'an embargo shorter than the horizon',
      { risk: { horizonDays: 5 }, validation: { embargoDays: 4 } },
      'validation.embargoDays',
    ],
  ] as const) {
    it(`reject ${what} by the spec's schema`, () => {
      const { error } = trainingRunSpecSchema.safeParse(spec);
      assert.deepEqual(
        error?.issues.map(issue => issue.path.join('.')),
        [path],
      );
    });
  }

  it('may leave exactly two', () => {
    const spec = trainingRunSpecSchema.parse({ features: { volatilityWindow: 5 }, risk: { horizonDays: 3 } });
    assert.equal(knownWindow(featureWindows(spec)), 2);
  });
});
