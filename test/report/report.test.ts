import assert from 'node:assert/strict';
import { modelCardSchema } from '../../src/api/artifacts.ts';
import { evaluationSchema } from '../../src/api/evaluation.ts';
import { historySchema } from '../../src/api/history.ts';
import { reportData } from '../../src/report/data.ts';
import { renderReport } from '../../src/report/report.ts';
import { unbroken } from '../../src/web/format.js';
import { escapeHtml } from '../../src/web/html.js';
import { type SampleRun, sampleRun } from '../../support/sample-run.ts';

const hostile = '</script><script>alert("&amp;")</script>\u2028';

describe('report.html', () => {
  let run: SampleRun;
  let report: string;
  before(() => {
    run = sampleRun();
    report = renderReport(run);
  });

  it('is made from a fixture that fits the schemas of the real artifacts', () => {
    evaluationSchema.parse(run.evaluation);
    modelCardSchema.parse(run.model);
    historySchema.parse(run.history);
  });

  it('is the same, byte for byte, for equal input', () => {
    assert.equal(renderReport(sampleRun()), report);
  });

  it('loads nothing: no reference to another file, and a policy that forbids it', () => {
    assert.deepEqual(report.match(/<[^>]*\b(?:src|href|srcset|poster|action)="[^"]*"/g), [
      '<link rel="icon" href="data:,"',
    ]);
    assert.ok(!/@import (?:["']|url)|url\(|\bimport\s*\(|^import /m.test(report), 'it imports something');
    assert.match(report.slice(0, 1000), /default-src &#39;none&#39;/);
    const addresses = new Set(report.match(/https?:\/\/[^\s"'<)]+/g));
    // Only in the banner of uPlot's licence, a comment.
    assert.deepEqual([...addresses], ['https://github.com/leeoniya/uPlot']);
  });

  it('lets its own scripts run, and no other', async () => {
    const policy = /script-src ([^"]*)"/.exec(report)![1]!.replaceAll('&#39;', "'");
    const scripts = [...report.matchAll(/<script(?: type="module")?>([\s\S]*?)<\/script>/g)];
    const digests = await Promise.all(
      scripts.map(async ([, text]) => {
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
        return `'sha256-${Buffer.from(digest).toString('base64')}'`;
      }),
    );
    assert.equal(digests.length, 2);
    assert.equal(policy, digests.join(' '));
  });

  it('joins all modules into one script without duplicate names', () => {
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(report)![1]!;
    assert.doesNotThrow(() => new Function(script.replace(/^export /gm, '')));
  });

  it('describes its charts like the page', () => {
    const { close } = reportData(run);
    const [low, high] = [Math.min(...close).toFixed(2), Math.max(...close).toFixed(2)];
    assert.ok(report.includes(`lowest ${low}, highest ${high}.`));
    assert.match(report, /Below \d\.\d{3}\u00a0% the risk is Low, from \d\.\d{3}\u00a0% High\./);
    assert.doesNotMatch(report, /stay close to the mean/);
  });

  it('embeds the series behind its charts', () => {
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(report)![1]!;
    const data = JSON.parse(json);
    assert.deepEqual(
      data.dates,
      run.bars.map(bar => bar.date),
    );
    assert.deepEqual(
      data.close,
      run.bars.map(bar => bar.close),
    );
    assert.equal(data.volatility.filter((value: unknown) => value === null).length, 69);
    assert.deepEqual(data.risk.slice(-3), run.history.risk.slice(-3));
    assert.equal(data.returns.walk_forward.actual.length, 999);
    assert.equal(data.returns.holdout.predicted.length, run.evaluation.regression.holdout.rows);
  });

  it('shows every figure of the scores', () => {
    const { regression, classification } = run.evaluation;
    const shown = report.slice(0, report.indexOf('<script'));
    const expect = (text: string) => assert.ok(shown.includes(text), `${text} is not on the page`);
    for (const set of ['walkForward', 'holdout'] as const) {
      const { model, mean, zero, rmseRatio, hitRate } = regression[set];
      for (const { rmse, mae } of [model, mean, zero]) {
        expect(`<td>${(rmse * 100).toFixed(4)}\u00a0%</td>`);
        expect(`<td>${(mae * 100).toFixed(4)}\u00a0%</td>`);
      }
      expect(`RMSE ratio ${rmseRatio.toFixed(4)}`);
      for (const rate of [hitRate.model, hitRate.mean]) expect(`<td>${(rate * 100).toFixed(1)}\u00a0%</td>`);
      const score = classification[set];
      for (const { accuracyInterval, balancedAccuracy, macroF1, recall, precision, confusion } of [
        score.model,
        ...Object.values(score.baselines),
      ]) {
        const { estimate, lower, upper } = accuracyInterval;
        const [middle, low, high] = [estimate, lower, upper].map(share => (share * 100).toFixed(1));
        expect(`<td>${middle}\u00a0% (${low} to ${high})</td>`);
        expect(`<td>${(balancedAccuracy * 100).toFixed(1)}\u00a0%</td>`);
        expect(`<td>${macroF1.toFixed(3)}</td>`);
        for (const share of recall) expect(`${(share! * 100).toFixed(1)}\u00a0%`);
        if (confusion !== score.model.confusion) continue;
        for (const share of precision) expect(`${(share! * 100).toFixed(1)}\u00a0%`);
        for (const days of confusion.flat()) expect(`<b>${days}</b>`);
      }
      for (const { onlyModelRight, onlyOtherRight } of Object.values(score.mcnemar)) {
        expect(`${onlyModelRight} : ${onlyOtherRight} days`);
      }
    }
    for (const fold of regression.folds) expect(fold.ratio.toFixed(4));
    for (const { text } of [regression.verdict, classification.verdict]) expect(escapeHtml(unbroken(text)));
    for (const text of [run.model.regressor.choice, run.model.classifier.choice]) expect(text);
    for (const feature of run.model.features) expect(escapeHtml(feature.description));
    expect('embargo of 21 trading days');
    expect('no label of a training row reaches into a test row’s day');
    expect('High above');
    expect('cut off at 64 points; 195,840 values');
  });

  it('shows no value that is undefined or no number', () => {
    assert.doesNotMatch(report.slice(0, report.indexOf('<script')), /undefined|NaN|Infinity|\[object/);
  });

  it('escapes hostile text', () => {
    const { evaluation, model } = run;
    const features = model.features.map((feature, i) =>
      i === 0 ? { ...feature, name: hostile, description: hostile, unit: hostile } : feature,
    );
    const importances = [{ feature: hostile, increase: 1e-5, deviation: 1e-6 }];
    const attacked = renderReport({
      ...run,
      model: { ...model, features, regressor: { ...model.regressor, choice: hostile } },
      bars: run.bars.map((bar, i) => (i === 0 ? { ...bar, date: hostile } : bar)),
      evaluation: {
        ...evaluation,
        symbol: hostile,
        regression: {
          ...evaluation.regression,
          importances,
          verdict: { ...evaluation.regression.verdict, text: hostile },
        },
      },
    });
    assert.equal(attacked.match(/<script/g)?.length, report.match(/<script/g)?.length);
    assert.ok(!attacked.includes('<script>alert'));
    const json = /id="data">(.*?)<\/script>/.exec(attacked)![1]!;
    assert.ok(!json.includes('\u2028'));
    assert.equal(JSON.parse(json).dates[0], hostile);
  });

  for (const [outcome, words] of [
    ['Better', 'The return forecast beats the mean;'],
    ['NotDistinguishable', 'The return forecast does not beat the mean;'],
    ['Worse', 'The return forecast is worse than the mean;'],
  ] as const) {
    it(`states in its headline that the forecast is ${outcome}`, () => {
      const { regression } = run.evaluation;
      const evaluation = {
        ...run.evaluation,
        regression: { ...regression, verdict: { ...regression.verdict, outcome } },
      };
      const title = /<h1>(.*?)<\/h1>/.exec(renderReport({ ...run, evaluation }))![1]!;
      assert.ok(title.includes(words), title);
    });
  }

  it('states in its headline when a rule of thumb does as well as the forest', () => {
    assert.match(report, /<h1>.*better than persistence, though a simple rule does as well\.<\/h1>/);
  });

  const surely = {
    accuracyDifference: { estimate: 0.05, lower: 0.02, upper: 0.08, level: 0.95 },
    pValue: 0.01,
  };
  const only = (changes: object) => ({ onlyModelRight: 9, onlyOtherRight: 1, ...surely, ...changes });
  for (const [what, knownPart, majority, limited] of [
    ['beats every rule', only({}), only({}), false],
    ['beats the known part by the interval alone', only({ pValue: 0.06 }), only({}), true],
    ['does not beat the majority', only({}), only({ pValue: 1 }), true],
  ] as const) {
    it(`${limited ? 'limits' : 'does not limit'} its headline when the forest ${what}`, () => {
      const { classification } = run.evaluation;
      const { walkForward } = classification;
      const mcnemar = { ...walkForward.mcnemar, knownPart, majority };
      const evaluation = {
        ...run.evaluation,
        classification: { ...classification, walkForward: { ...walkForward, mcnemar } },
      };
      const title = /<h1>(.*?)<\/h1>/.exec(renderReport({ ...run, evaluation }))![1]!;
      assert.equal(title.includes('though a simple rule does as well'), limited, title);
    });
  }

  it('shows dashes for recall and precision of a missing class', () => {
    const { classification } = run.evaluation;
    const model = { ...classification.holdout.model, recall: [0.9, 0.8, null], precision: [0.9, 0.8, null] };
    const evaluation = evaluationSchema.parse({
      ...run.evaluation,
      classification: { ...classification, holdout: { ...classification.holdout, model } },
    });
    assert.match(renderReport({ ...run, evaluation }), /<td class="margin">–<\/td>/);
  });
});
