/** Chooses a forest's depth and sampling by walk-forward inside the rows given, then trains it on all. */
import type { ClassifierSpec } from '../../api/training-run.ts';
import { type Matrix, sliceRows } from '../matrix.ts';
import type { RunTask } from '../training-tasks.ts';
import { tuningSplits } from '../tuning-splits.ts';
import type { Split } from '../walk-forward.ts';
import { type Candidate, type Choice, chooseTrial } from './choose.ts';
import type { Forest, ForestOptions, Sampling } from './forest.ts';
import { predictRisk } from './predict.ts';
import { checkTrainingData, trainForest } from './train-forest.ts';

export interface FitOptions {
  readonly spec: ClassifierSpec;
  /** Walk-forward folds inside the given rows. */
  readonly folds: number;
  /** Rows left out between training and validation. */
  readonly embargo: number;
  readonly seed: number;
  /** Maximum of trees of a candidate; default 50, which chooses no worse than 100 or 200. */
  readonly tuningTrees?: number;
}

export interface ClassifierFit {
  readonly forest: Forest;
  readonly parameters: Omit<ForestOptions, 'trees' | 'seed'>;
  /** One sentence on why these parameters. */
  readonly choice: string;
  /** Empty when there was nothing to choose, or too few rows to validate. */
  readonly candidates: Candidate[];
}

/** What `Auto` chooses from: the two that answer for the classes' shares in every tree. */
const representative: readonly Sampling[] = ['Stratified', 'Balanced'];

type GridPoint = Pick<ForestOptions, 'maxDepth' | 'sampling'>;
type Train = (point: GridPoint, rows: number, trees: number) => Promise<Forest>;

/**
 * Deterministic for any number of workers.
 * @param x rows in the order of time
 * @param labels 0, 1 or 2 for each row
 * @param onProgress is called with the finished share, in (0, 1]
 * @throws Failure `TrainingFailed` naming the row and column that cannot be learned from
 */
export async function fitClassifier(
  x: Matrix,
  labels: Uint8Array,
  options: FitOptions,
  runTask: RunTask,
  onProgress: (fraction: number) => void = () => {},
): Promise<ClassifierFit> {
  checkTrainingData(x, labels);
  const { spec, folds, embargo, seed, tuningTrees = 50 } = options;
  const { minimumLeafRows, featureFraction } = spec;
  const grid = gridOf(spec);
  const splits = grid.length === 1 ? [] : tuningSplits(x.rows, folds, embargo);
  const forests = grid.length * splits.length + 1;
  let trained = 0;
  const train: Train = async ({ maxDepth, sampling }, rows, trees) => {
    const parameters = { trees, maxDepth, minimumLeafRows, featureFraction, sampling, seed };
    const forest = await trainForest(sliceRows(x, 0, rows), labels.subarray(0, rows), parameters, runTask);
    onProgress(++trained / forests);
    return forest;
  };

  const { taken, choice, candidates } =
    splits.length === 0
      ? unvalidated(grid, x.rows)
      : await validate(grid, splits, x, labels, (point, rows) =>
          train(point, rows, Math.min(spec.trees, tuningTrees)),
        );
  const { maxDepth, sampling } = taken;
  const forest = await train(taken, x.rows, spec.trees);
  return { forest, parameters: { maxDepth, minimumLeafRows, featureFraction, sampling }, choice, candidates };
}

/** From the simplest. */
function gridOf(spec: ClassifierSpec): GridPoint[] {
  const samplings = spec.sampling === 'Auto' ? representative : [spec.sampling];
  const depths = [...new Set(spec.maxDepth)].toSorted((a, b) => a - b);
  return depths.flatMap(maxDepth => samplings.map(sampling => ({ maxDepth, sampling })));
}

function unvalidated(grid: readonly GridPoint[], rows: number): Choice<GridPoint> {
  const taken = grid[0]!;
  const choice =
    grid.length === 1
      ? 'The spec names one candidate, so there was nothing to choose.'
      : `${rows} rows are too few to validate any candidate, so the simplest was taken.`;
  return { taken, choice, candidates: [] };
}

async function validate(
  grid: readonly GridPoint[],
  splits: readonly Split[],
  x: Matrix,
  labels: Uint8Array,
  train: (point: GridPoint, rows: number) => Promise<Forest>,
): Promise<Choice<GridPoint>> {
  const first = splits[0]!.testStart;
  const trials = grid.map(async point => {
    const levels = new Uint8Array(x.rows - first);
    await Promise.all(
      splits.map(async ({ trainEnd, testStart, testEnd }) => {
        const forest = await train(point, trainEnd);
        levels.set(predictRisk(forest, sliceRows(x, testStart, testEnd)).levels, testStart - first);
      }),
    );
    return { ...point, levels };
  });
  return chooseTrial(await Promise.all(trials), labels.subarray(first));
}
