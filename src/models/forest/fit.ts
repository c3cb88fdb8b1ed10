/** Chooses a forest's depth and sampling by walk-forward inside the rows given, then trains it on all of them. */
import type { ClassifierSpec } from '../../api/training-run.ts';
import { Failure } from '../../failure.ts';
import type { RunTask } from '../../workers/pool.ts';
import { type Matrix, sliceRows } from '../matrix.ts';
import { type Split, walkForward } from '../walk-forward.ts';
import { type Candidate, chooseTrial, type Trial } from './choose.ts';
import type { Forest, ForestOptions, Sampling } from './forest.ts';
import { predictRisk } from './predict.ts';
import { checkTrainingData, trainForest } from './train-forest.ts';

export interface FitOptions {
  readonly spec: ClassifierSpec;
  /** Walk-forward folds. */
  readonly folds: number;
  /** Rows left out between training and test. */
  readonly embargo: number;
  readonly seed: number;
}

export interface ClassifierFit {
  readonly forest: Forest;
  readonly parameters: Pick<ForestOptions, 'maxDepth' | 'minimumLeafRows' | 'featureFraction' | 'sampling'>;
  /** One sentence on why these parameters. */
  readonly choice: string;
  /** Empty when the spec leaves nothing to choose. */
  readonly candidates: Candidate[];
}

/** What `Auto` chooses from: the two that answer for the classes' shares. */
const representative: readonly Sampling[] = ['Stratified', 'Balanced'];

/**
 * @param labels 0, 1 or 2 for each row; rows in the order of time.
 * @param onProgress hears the share that is done, in (0, 1].
 * @throws Failure when a value is not finite or there are too few rows for the folds.
 */
export async function fitClassifier(
  x: Matrix,
  labels: Uint8Array,
  options: FitOptions,
  runTask: RunTask,
  onProgress: (fraction: number) => void = () => {},
): Promise<ClassifierFit> {
  checkTrainingData(x, labels);
  const { spec, seed } = options;
  const { trees, minimumLeafRows, featureFraction } = spec;
  const grid = candidateGrid(spec);
  const train = (rows: number, { maxDepth, sampling }: GridPoint) =>
    trainForest(
      sliceRows(x, 0, rows),
      labels.subarray(0, rows),
      { trees, maxDepth, minimumLeafRows, featureFraction, sampling, seed },
      runTask,
    );

  let taken = grid[0]!;
  let choice = 'The spec leaves nothing to choose.';
  let candidates: Candidate[] = [];
  if (grid.length > 1) {
    const splits = tuningSplits(x.rows, options);
    let done = 0;
    const trials = await Promise.all(
      grid.map(async point => {
        const trial = await tryOut(point, splits, x, train);
        onProgress(++done / (grid.length + 1));
        return trial;
      }),
    );
    const chosen = chooseTrial(trials, labels.subarray(splits[0]!.testStart));
    taken = chosen.trial;
    choice = chosen.choice;
    candidates = chosen.candidates;
  }
  const { maxDepth, sampling } = taken;
  const forest = await train(x.rows, taken);
  onProgress(1);
  return { forest, parameters: { maxDepth, minimumLeafRows, featureFraction, sampling }, choice, candidates };
}

type GridPoint = Pick<ForestOptions, 'maxDepth' | 'sampling'>;

function candidateGrid(spec: ClassifierSpec): GridPoint[] {
  const samplings = spec.sampling === 'Auto' ? representative : [spec.sampling];
  const depths = [...new Set(spec.maxDepth)].toSorted((a, b) => a - b);
  return depths.flatMap(maxDepth => samplings.map(sampling => ({ maxDepth, sampling })));
}

/** The first training window is as long as each test block, so that `folds + 1` blocks fill the rows. */
function tuningSplits(rows: number, { folds, embargo }: FitOptions): Split[] {
  const block = Math.floor((rows - embargo) / (folds + 1));
  if (block < 2) {
    throw new Failure(
      'TrainingFailed',
      `the random forest cannot be tuned: ${rows} rows are too few for ${folds} folds with an embargo of ${embargo}`,
      { rows, folds, embargo },
    );
  }
  return walkForward(rows, folds, embargo, block);
}

async function tryOut(
  point: GridPoint,
  splits: readonly Split[],
  x: Matrix,
  train: (rows: number, point: GridPoint) => Promise<Forest>,
): Promise<Trial> {
  const first = splits[0]!.testStart;
  const levels = new Uint8Array(x.rows - first);
  await Promise.all(
    splits.map(async ({ trainEnd, testStart, testEnd }) => {
      const forest = await train(trainEnd, point);
      levels.set(predictRisk(forest, sliceRows(x, testStart, testEnd)).levels, testStart - first);
    }),
  );
  return { ...point, levels };
}
