/** Chooses a booster's depth, rate, leaf size and rounds by walk-forward inside the rows given, then trains it on all. */
import type { RegressorSpec } from '../../api/training-run.ts';
import type { Matrix } from '../matrix.ts';
import { mean } from '../statistics/mean.ts';
import type { RunTask } from '../training-tasks.ts';
import { tuningSplits } from '../tuning-splits.ts';
import type { Split } from '../walk-forward.ts';
import { type Booster, meanBooster } from './booster.ts';
import { type Candidate, type Choice, chooseRounds } from './choose.ts';
import type { BoosterParameters } from './parameters.ts';
import type { BoosterTask } from './training.ts';
import { checkTrainingSet } from './training-set.ts';
import { addErrors, foldErrors } from './validation.ts';

export interface FitRegressorOptions {
  readonly spec: RegressorSpec;
  /** Walk-forward folds inside the given rows. */
  readonly folds: number;
  /** Rows left out between training and validation; labels reach one row ahead, so at least 1 is taken. */
  readonly embargo: number;
  readonly seed: number;
}

export interface FittedRegressor {
  readonly booster: Booster;
  /** Mean of the labels: where every prediction starts. */
  readonly trainingMean: number;
  readonly parameters: BoosterParameters;
  /** One sentence on why these parameters. */
  readonly choice: string;
  /** Empty when there were too few rows to validate. */
  readonly candidates: Candidate[];
}

/**
 * Deterministic for any number of workers. The result may be the mean (a booster of no trees): see `choose.ts`.
 * @param x rows in the order of time
 * @param y next-day returns as fractions, one a row of `x`
 * @param onProgress is called with the finished share, in (0, 1]
 * @throws Failure TooLarge, TrainingFailed
 */
export async function fitRegressor(
  x: Matrix,
  y: Float64Array,
  options: FitRegressorOptions,
  runTask: RunTask,
  onProgress: (fraction: number) => void = () => {},
): Promise<FittedRegressor> {
  checkTrainingSet(x, y);
  const { spec, folds, seed } = options;
  const grid = gridOf(spec);
  const splits = tuningSplits(x.rows, folds, Math.max(1, options.embargo));
  const trainings = grid.length * splits.length + 1;
  let done = 0;
  const train = async (window: TrainingWindow, parameters: BoosterParameters) => {
    const booster = await runTask('trainBooster', { ...window, parameters, seed });
    onProgress(++done / trainings);
    return booster;
  };
  // One copy per fold instead of per training: all trainings of a large grid wait in the queue with their data.
  const windows = new Map(splits.map(split => [split, firstRows(x, y, split.trainEnd)]));
  const validate = async (parameters: BoosterParameters, split: Split) =>
    foldErrors(await train(windows.get(split)!, parameters), x, y, split);

  const { parameters, choice, candidates } =
    splits.length === 0
      ? unvalidated(grid[0]!, x.rows)
      : chooseRounds(
          await Promise.all(
            grid.map(async parameters => ({
              parameters,
              errors: addErrors(await Promise.all(splits.map(split => validate(parameters, split)))),
            })),
          ),
        );
  const trainingMean = mean(y);
  const booster =
    parameters.rounds === 0
      ? meanBooster(x.columns, trainingMean)
      : await train(firstRows(x, y, x.rows), parameters);
  onProgress(1);
  return { booster, trainingMean, parameters, choice, candidates };
}

type TrainingWindow = Pick<BoosterTask, 'x' | 'y'>;

/** Copied, because a view would be sent to the worker with its whole buffer. */
function firstRows(x: Matrix, y: Float64Array, rows: number): TrainingWindow {
  return { x: { ...x, rows, values: x.values.slice(0, rows * x.columns) }, y: y.slice(0, rows) };
}

/** The points of the grid, each with the maximum of rounds. */
function gridOf({ maxDepth, learningRate, minChildWeight, rounds }: RegressorSpec): BoosterParameters[] {
  const distinct = (values: readonly number[]) => [...new Set(values)].toSorted((a, b) => a - b);
  return distinct(maxDepth).flatMap(depth =>
    distinct(learningRate).flatMap(rate =>
      distinct(minChildWeight).map(weight => ({
        maxDepth: depth,
        learningRate: rate,
        minChildWeight: weight,
        rounds,
      })),
    ),
  );
}

function unvalidated(parameters: BoosterParameters, rows: number): Choice {
  return {
    parameters: { ...parameters, rounds: 0 },
    choice: `${rows} rows are too few to validate any candidate, so the model is the mean.`,
    candidates: [],
  };
}
