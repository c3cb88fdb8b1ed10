import assert from 'node:assert/strict';
import fc from 'fast-check';
import { liveScoreSchema } from '../../../src/api/live.ts';
import { fewestForTests, rollingWindows } from '../../../src/pipeline/score/rolling-windows.ts';
import { days } from './days.ts';

const shape = (count: number) =>
  rollingWindows(days(count)).map(({ window, figures }) => [window, figures.days]);

/** Returns that go up and down by about a percent, and never twice the same. */
const returnAt = (index: number) => 0.012 * Math.sin(2.4 * index + 0.3 * Math.sin(index));

describe('rolling windows of a track record', () => {
  for (const [count, expected] of [
    [0, []],
    [1, []],
    [2, [[20, '2']]],
    [20, [[20, '20']]],
    [
      21,
      [
        [20, '20'],
        [60, '21'],
      ],
    ],
    [
      61,
      [
        [20, '20'],
        [60, '60'],
        [250, '61'],
      ],
    ],
    [
      400,
      [
        [20, '20'],
        [60, '60'],
        [250, '250'],
      ],
    ],
  ] as const) {
    it(`of ${count} days are ${JSON.stringify(expected)}`, () => assert.deepEqual(shape(count), expected));
  }

  it('have the figures computed by hand', () => {
    const track = days(4, index => ({
      actualReturn: [0.01, -0.01, 0.02, 0][index]!,
      predictedReturn: [0.01, 0.01, 0.01, 0.01][index]!,
      meanReturn: 0,
      actualRisk: [0, 1, 2, 2][index] as 0 | 1 | 2,
      predictedRisk: [0, 1, 1, 2][index] as 0 | 1 | 2,
      persistenceRisk: [0, 0, 1, 2][index] as 0 | 1 | 2,
      knownPartRisk: [0, 1, 2, 2][index] as 0 | 1 | 2,
    }));
    const figures = rollingWindows(track)[0]?.figures ?? {};
    // Squared errors 0, 4, 1, 1 (e-4) against 1, 1, 4, 0: six each.
    assert.equal(Number(figures.rmse), Number(Math.sqrt(1.5e-4).toPrecision(5)));
    assert.equal(figures.meanRmse, figures.rmse);
    assert.equal(figures.rmseRatio, '1');
    assert.ok(Math.abs(Number(figures.lossDifference)) < 1e-18);
    assert.deepEqual([figures.hitRate, figures.meanHitRate], ['0.5', '0.25']);
    assert.deepEqual(
      [figures.accuracy, figures.persistenceAccuracy, figures.knownPartAccuracy, figures.accuracyDifference],
      ['0.75', '0.5', '1', '0.25'],
    );
  });

  it('have no significance below sixty days', () => {
    const verdicts = (count: number) => rollingWindows(days(count))[1]?.figures.returnVerdict;
    assert.equal(verdicts(fewestForTests - 1), undefined);
    assert.notEqual(verdicts(fewestForTests), undefined);
  });

  it('have no interval when classes and persistence are correct on the same days: that is no certainty', () => {
    const track = (differing: number) =>
      days(60, index => ({ predictedRisk: 1, persistenceRisk: index < differing ? 0 : 1, actualRisk: 1 }));
    const [same, other] = [0, 4].map(differing => rollingWindows(track(differing))[1]?.figures ?? {});
    assert.deepEqual(
      [same?.accuracyDifference, same?.accuracyLower, same?.accuracyUpper, same?.riskVerdict],
      ['0', undefined, undefined, 'NotDistinguishable'],
    );
    assert.ok(Number(other?.accuracyLower) < Number(other?.accuracyUpper));
  });

  const verdictsOf = (count: number, error: number, wrongEvery: number) => {
    const track = days(count, index => ({
      actualReturn: returnAt(index),
      predictedReturn: returnAt(index) + error * (1 + 0.2 * Math.cos(index)),
      meanReturn: 0,
      predictedRisk: index % wrongEvery === 0 ? 2 : 1,
      persistenceRisk: index % 5 === 0 ? 0 : 1,
    }));
    const { figures } = rollingWindows(track).at(-1)!;
    return [figures.returnVerdict, figures.riskVerdict];
  };
  for (const [what, error, wrongEvery, expected] of [
    ['a model that errs far more than the mean', 0.05, 2, ['Worse', 'Worse']],
    ['one that errs far less', 0.0005, 1000, ['Better', 'Better']],
    ['one that is as good', 0.0084, 5, ['NotDistinguishable', 'NotDistinguishable']],
  ] as const) {
    it(`say so of ${what}`, () => assert.deepEqual(verdictsOf(250, error, wrongEvery), expected));
  }

  it("depend on the last days only, and match the API's schema", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 250, max: 300 }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        (count, old) => {
          const track = days(count, index => ({
            actualReturn: returnAt(count - index),
            predictedReturn: 0.001,
          }));
          const rewritten = track.map((day, index) =>
            index < count - 250 ? { ...day, actualReturn: old } : day,
          );
          const windows = rollingWindows(rewritten);
          assert.deepEqual(windows, rollingWindows(track));
          liveScoreSchema.shape.windows.parse(windows);
        },
      ),
      { numRuns: 10 },
    );
  });
});
