/** The stages before Evaluate on a piece of the sample, in memory and with models small enough for a test. */
import type { StageName } from '../../../src/api/artifacts.ts';
import { trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { formatBars } from '../../../src/pipeline/bars-csv.ts';
import { evaluateStage } from '../../../src/pipeline/evaluate.ts';
import { featuresStage } from '../../../src/pipeline/features.ts';
import type { Stage, StageContext } from '../../../src/pipeline/stage.ts';
import { trainStage } from '../../../src/pipeline/train.ts';
import { sampleBars } from '../../../support/bars.ts';
import { runHere } from '../../../support/run-here.ts';
import { fetchReportOf } from '../../fixtures/fetch-report.ts';

export const smallSpec = trainingRunSpecSchema.parse({
  data: { source: 'Sample' },
  regressor: { maxDepth: [1], learningRate: [0.1], minChildWeight: [20], rounds: 5 },
  classifier: { trees: 15, maxDepth: [4], sampling: 'Stratified' },
  validation: { folds: 2, walkForwardFolds: 3, embargoDays: 10 },
});

/** Outputs by `<Stage>/<file>`. */
export type Files = Map<string, Buffer>;

export function contextOf(stage: StageName, files: Files, changes: Partial<StageContext> = {}): StageContext {
  return {
    spec: smallSpec,
    input: async (from, file) => {
      const bytes = files.get(`${from}/${file}`);
      if (bytes === undefined) throw new Error(`no stage wrote ${from}/${file}`);
      return bytes;
    },
    output: async (file, data) => {
      files.set(`${stage}/${file}`, Buffer.from(data));
    },
    progress: () => {},
    runTask: runHere,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Files of Fetch, Features and Train. */
export async function trainedRun(bars = 480): Promise<Files> {
  const rows = sampleBars().slice(0, bars);
  const files: Files = new Map([
    ['Fetch/bars.csv', Buffer.from(formatBars(rows))],
    ['Fetch/fetch.json', Buffer.from(JSON.stringify(fetchReportOf(rows)))],
  ]);
  await runStage(featuresStage, files);
  await runStage(trainStage, files);
  return files;
}

/** Runs Evaluate on copies of the files. @returns its outputs and its metrics. */
export async function evaluateRun(files: Files, changes: Partial<StageContext> = {}) {
  const all: Files = new Map(files);
  const metrics = await runStage(evaluateStage, all, changes);
  const text = (file: string) => all.get(`Evaluate/${file}`)!.toString('utf8');
  return { metrics, text };
}

function runStage(stage: Stage, files: Files, changes: Partial<StageContext> = {}) {
  return stage.run(contextOf(stage.name, files, changes), { now: '2026-01-01T00:00:00Z' });
}
