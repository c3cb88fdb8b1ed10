/**
 * All four stages on the embedded sample, without reuse: the time of each, and the models' figures compared with the
 * trivial predictors.
 *
 *     node bench/pipeline.ts [worker threads, default: one per core]
 *
 * Exits with 1 when a target is missed. The targets are measured on days that no model was fitted or tuned on.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageNames } from '../src/api/artifacts.ts';
import { type ClassificationScore, evaluationSchema } from '../src/api/evaluation.ts';
import { trainingRunSpecSchema } from '../src/api/training-run.ts';
import { runStage } from '../src/pipeline/run-stage.ts';
import { loadStage } from '../src/pipeline/stages.ts';
import { TrainingPool } from '../src/pipeline/training-pool.ts';

const workers = Number(process.argv[2] ?? availableParallelism());
const spec = trainingRunSpecSchema.parse({ data: { source: 'Sample' } });
const root = await mkdtemp(join(tmpdir(), 'bellwether-bench-'));
const runFolder = join(root, 'aapl', 'bench');
const pool = new TrainingPool(workers);

let total = 0;
for (const name of stageNames) {
  const start = performance.now();
  await runStage(await loadStage(name), {
    runFolder,
    spec,
    environment: { now: '2026-01-01T00:00:00.000Z' },
    runTask: pool.runTask,
    signal: new AbortController().signal,
    progress: () => {},
  });
  const seconds = (performance.now() - start) / 1000;
  total += seconds;
  console.log(`${name.padEnd(24)}${seconds.toFixed(2).padStart(8)} s`);
}
console.log(`${`total, ${workers} workers`.padEnd(24)}${total.toFixed(2).padStart(8)} s\n`);
await pool.close();

const { regression, classification } = evaluationSchema.parse(
  JSON.parse(await readFile(join(runFolder, 'evaluate', 'evaluation.json'), 'utf8')),
);
await rm(root, { recursive: true });

const sets = [classification.holdout, classification.walkForward] as const;
const print = (name: string, accuracy: (score: ClassificationScore) => number) =>
  console.log(name.padEnd(24) + sets.map(score => accuracy(score).toFixed(4).padStart(14)).join(''));
console.log(`${'accuracy'.padEnd(24)}${'holdout'.padStart(14)}${'walk-forward'.padStart(14)}`);
print('random forest', score => score.model.accuracy);
print('known part', score => score.baselines.knownPart.accuracy);
print('persistence', score => score.baselines.persistence.accuracy);
print('majority', score => score.baselines.majority.accuracy);
console.log(`\n${regression.verdict.text}\n${classification.verdict.text}\n`);

const { holdout, walkForward } = classification;
const marks: [name: string, value: number, met: boolean][] = [
  ['seconds, at most 20', total, total <= 20],
  ['accuracy on the holdout, at least 0.86', holdout.model.accuracy, holdout.model.accuracy >= 0.86],
  ['accuracy in walk-forward, at least 0.88', walkForward.model.accuracy, walkForward.model.accuracy >= 0.88],
  [
    'p against persistence, walk-forward, below 0.05',
    walkForward.mcnemar.persistence.pValue,
    walkForward.mcnemar.persistence.pValue < 0.05,
  ],
  [
    'RMSE over the mean’s, walk-forward, at most 1.005',
    regression.walkForward.rmseRatio,
    regression.walkForward.rmseRatio <= 1.005,
  ],
];
for (const [name, value, met] of marks) {
  console.log(`${met ? 'met   ' : 'MISSED'}  ${name}: ${Number(value.toPrecision(5))}`);
}
process.exitCode = marks.every(([, , met]) => met) ? 0 : 1;
