import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  comparisonFigures,
  headlineFigures,
  liveFigures,
  liveTestFigures,
  notComparableFigures,
} from '../../src/api/headline.ts';
import { liveStatusSchema } from '../../src/api/live.ts';
import { trainingRunStatusSchema } from '../../src/api/training-run.ts';
import { championMetrics } from '../../src/pipeline/evaluate/champion/champion-metrics.ts';
import { headlineMetrics } from '../../src/pipeline/evaluate/metrics.ts';
import { rollingWindows } from '../../src/pipeline/score/rolling-windows.ts';
import { sampleRun } from '../../support/sample-run.ts';
import { comparison } from '../pipeline/evaluate/champion/comparison.ts';
import { days } from '../pipeline/score/days.ts';

const names = (schema: z.ZodObject) => Object.keys(schema.shape).sort();

describe('headline figures', () => {
  const schemas = {
    ...headlineFigures,
    notComparableFigures,
    comparisonFigures,
    liveFigures,
    liveTestFigures,
  };

  for (const [name, schema] of Object.entries(schemas)) {
    it(`of ${name} have a kind and a description`, () => {
      for (const [figure, field] of Object.entries(schema.shape)) {
        const { kind, description } = z.globalRegistry.get(field) ?? {};
        assert.match(`${kind}: ${description}`, /^[A-Z][a-z]+: .{5,}\.$/, figure);
      }
    });
  }

  it('are, of Evaluate, the ones that it writes', () => {
    const written = headlineMetrics(sampleRun().evaluation);
    assert.deepEqual(Object.keys(written).sort(), names(headlineFigures.Evaluate));
    headlineFigures.Evaluate.parse(written);
  });

  it('are, of a comparison with the champion, the ones that Evaluate writes', () => {
    const written = championMetrics(comparison());
    assert.deepEqual(Object.keys(written).sort(), names(comparisonFigures));
    comparisonFigures.parse(written);
    const problem = { comparable: false, version: 'abcdef012345', problem: 'Missing', message: '' } as const;
    assert.deepEqual(Object.keys(championMetrics(problem)).sort(), names(notComparableFigures));
  });

  it('are, of a rolling window, the ones that Score writes', () => {
    const [short, long] = rollingWindows(days(60)).map(({ figures }) => figures);
    liveFigures.strict().parse(short);
    liveFigures.extend(liveTestFigures.partial().shape).strict().parse(long);
  });

  it('of other versions are read from a status too', () => {
    const metrics = { rmse: '0.01', ofLater: 'x' };
    assert.deepEqual(trainingRunStatusSchema.parse({ metrics }).metrics, metrics);
    const [first] = liveStatusSchema.shape.windows.parse([{ window: 20, figures: metrics }]);
    assert.deepEqual(first?.figures, metrics);
  });
});
