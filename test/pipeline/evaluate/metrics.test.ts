import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { headlineMetrics } from '../../../src/pipeline/evaluate/metrics.ts';
import { sampleRun } from '../../../support/sample-run.ts';
import { comparison } from './champion/comparison.ts';

describe('headlineMetrics', () => {
  const { evaluation } = sampleRun();
  const metrics = headlineMetrics(evaluation);

  it('are short decimals of the figures, as strings', () => {
    const words = ['returnVerdict', 'riskVerdict', 'symbol', 'barsTo', 'holdoutFrom', 'holdoutTo'];
    deepEqual([metrics.returnVerdict, metrics.riskVerdict], ['NotDistinguishable', 'Better']);
    for (const [name, figure] of Object.entries(metrics)) {
      equal(typeof figure, 'string', name);
      if (!words.includes(name)) match(String(figure), /^\d[\d.]{0,9}(e-\d+)?$/, name);
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

  it('say what was judged on: symbol and days', () => {
    const { symbol, barsTo, holdoutFrom, holdoutTo, holdoutRows } = metrics;
    deepEqual(
      { symbol, barsTo, holdoutFrom, holdoutTo, holdoutRows },
      {
        symbol: 'AAPL',
        barsTo: evaluation.bars.to,
        holdoutFrom: evaluation.holdout.from,
        holdoutTo: evaluation.holdout.to,
        holdoutRows: String(evaluation.regression.holdout.rows),
      },
    );
  });

  it('leave room for the rest of a termination message, the champion among them', () => {
    ok(JSON.stringify(headlineMetrics({ ...evaluation, champion: comparison() })).length < 2048);
  });

  it('say nothing of a champion when there is none', () => {
    deepEqual(
      Object.keys(metrics).filter(name => /champion|common/i.test(name)),
      [],
    );
  });
});
