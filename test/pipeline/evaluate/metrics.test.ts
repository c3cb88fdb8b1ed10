import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { headlineMetrics } from '../../../src/pipeline/evaluate/metrics.ts';
import { sampleRun } from '../../fixtures/sample-run.ts';

describe('headlineMetrics', () => {
  const { evaluation } = sampleRun();
  const metrics = headlineMetrics(evaluation);

  it('are short decimals of the figures, as strings', () => {
    const { verdicts, figures } = Object.entries(metrics).reduce(
      (parts, [name, value]) => {
        (name.endsWith('Verdict') ? parts.verdicts : parts.figures).push(value);
        return parts;
      },
      { verdicts: [] as unknown[], figures: [] as unknown[] },
    );
    deepEqual(verdicts, ['NotDistinguishable', 'Better']);
    for (const figure of figures) {
      equal(typeof figure, 'string');
      match(String(figure), /^\d[\d.]{0,9}(e-\d+)?$/);
    }
    equal(Number(metrics.rmse).toPrecision(5), evaluation.regression.holdout.model.rmse.toPrecision(5));
    for (const [name, figure] of [
      ['rmseRatio', evaluation.regression.holdout.rmseRatio],
      ['walkForwardRmseRatio', evaluation.regression.walkForward.rmseRatio],
      ['persistenceAccuracy', evaluation.classification.holdout.baselines.persistence.accuracy],
      ['knownPartAccuracy', evaluation.classification.holdout.baselines.knownPart.accuracy],
    ] as const) {
      equal(metrics[name], String(Number(figure.toPrecision(5))), name);
    }
    equal(
      metrics.walkForwardAccuracy,
      String(Number(evaluation.classification.walkForward.model.accuracy.toPrecision(5))),
    );
  });

  it('leave room for the rest of a termination message', () => {
    ok(JSON.stringify(metrics).length < 1024);
  });
});
