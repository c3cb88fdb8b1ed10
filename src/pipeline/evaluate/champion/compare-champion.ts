/**
 * Compares the run's models with the champion on the same days. The champion predicts as it does when it serves: with its
 * own features, computed from this run's bars with its own windows, and its own flat models.
 */
import type { ChampionComparison, ChampionProblem } from '../../../api/evaluation.ts';
import type { ArtifactSpec } from '../../../api/training-run.ts';
import { Failure, type FailureReason } from '../../../failure.ts';
import { computeFeatures } from '../../../features/compute.ts';
import { riskLevels } from '../../../features/risk.ts';
import { computeTargets } from '../../../features/targets.ts';
import type { Bar } from '../../../market/bar.ts';
import { predictReturns } from '../../../models/booster/predict.ts';
import { predictRisk } from '../../../models/forest/predict.ts';
import { sliceRows } from '../../../models/matrix.ts';
import type { Dataset } from '../../dataset.ts';
import { featureMismatch } from '../../published-models.ts';
import type { ChampionArtifacts, StageContext } from '../../stage.ts';
import type { Forecasts } from '../forecasts.ts';
import { commonDays, fewestCommonDays } from './common-days.ts';
import { type Pair, scorePair } from './pair-score.ts';
import { type ChampionModels, isAbsent, readChampion } from './read-champion.ts';

export interface ComparisonInput {
  readonly spec: ArtifactSpec;
  readonly bars: readonly Bar[];
  readonly dataset: Dataset;
  /** The run's own forecasts of its holdout. */
  readonly holdout: Forecasts;
  /** The run's own artifacts. */
  readonly own: Pick<StageContext, 'input'>;
}

/**
 * A champion that cannot be compared is not an error: the result has the reason.
 * @throws Failure of storage, which is transient.
 */
export async function compareWithChampion(
  champion: ChampionArtifacts,
  input: ComparisonInput,
): Promise<ChampionComparison> {
  const { version } = champion;
  try {
    return { comparable: true, version, ...compare(await readChampion(champion, input.own), input) };
  } catch (error) {
    const problem = await problemOf(error, champion);
    if (problem === undefined || !(error instanceof Error)) throw error;
    // Without paths: the same run must write the same bytes in another folder.
    const message = error.message.replaceAll(`${champion.folder}/`, '');
    return { comparable: false, version, problem, message };
  }
}

/** Ends a comparison that is not meaningful. */
class NotComparable extends Error {
  readonly problem: ChampionProblem;

  constructor(problem: ChampionProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

const problems: Partial<Record<FailureReason, ChampionProblem>> = {
  InputAltered: 'Altered',
  InvalidArtifact: 'Unreadable',
};

/** A version of which a part is missing was altered: whatever removes a whole volume leaves nothing of it. */
async function problemOf(error: unknown, champion: ChampionArtifacts): Promise<ChampionProblem | undefined> {
  if (error instanceof NotComparable) return error.problem;
  if (!(error instanceof Failure)) return undefined;
  if (error.reason === 'InputMissing') return (await isAbsent(champion)) ? 'Missing' : 'Altered';
  return problems[error.reason];
}

function compare(champion: ChampionModels, input: ComparisonInput) {
  const { card } = champion;
  const { spec, dataset } = input;
  checkSubject(champion, dataset);
  const { pair, days } = onCommonDays(champion, input);
  const { regression, classification } = scorePair(pair, spec.seed);
  return {
    identical: champion.identical,
    trained: { from: card.trained.from, to: card.trained.to },
    holdout: { from: champion.holdout.from, to: champion.holdout.to },
    days,
    regression,
    classification: {
      question: {
        volatilityWindow: dataset.description.risk.window,
        horizonDays: dataset.description.risk.horizonDays,
        lowQuantile: spec.risk.lowQuantile,
        highQuantile: spec.risk.highQuantile,
      },
      championQuestion: champion.question,
      ...classification,
    },
  };
}

/** @throws NotComparable for another symbol, or for features that this code computes differently. */
function checkSubject(champion: ChampionModels, { description }: Dataset): void {
  const { card } = champion;
  if (card.symbol !== description.symbol) {
    throw new NotComparable(
      'OtherSymbol',
      `the champion was trained on ${card.symbol}, this run on ${description.symbol}`,
    );
  }
  const mismatch = featureMismatch(champion);
  if (mismatch !== null) throw new NotComparable('OtherFeatures', `the champion ${mismatch}`);
}

/** @throws NotComparable when there are too few days. */
function onCommonDays({ card, booster, forest }: ChampionModels, input: ComparisonInput) {
  const { spec, bars, dataset, holdout } = input;
  const { fromRow, toRow } = dataset.description.holdout;
  const firstBar = bars.length - dataset.dates.length;
  const features = computeFeatures(bars, card.windows);
  const { from, to } = commonDays({
    bars,
    holdout: { from: firstBar + fromRow, to: firstBar + toRow },
    trainedTo: card.trained.to,
    embargo: Math.max(spec.validation.embargoDays, card.risk.horizonDays),
    firstFeatureBar: features.firstBar,
    horizon: card.risk.horizonDays,
  });
  if (to - from < fewestCommonDays) {
    throw new NotComparable(
      'TooFewDays',
      `${to - from} days of the holdout lie after the champion's training, which ended on ${card.trained.to}, ` +
        `and the embargo; at least ${fewestCommonDays} are needed`,
    );
  }
  const x = sliceRows(features.x, from - features.firstBar, to - features.firstBar);
  const closes = Float64Array.from(bars, bar => bar.close);
  const { volatilityAhead } = computeTargets(closes, card.windows);
  const [start, end] = [from - firstBar - fromRow, to - firstBar - fromRow];
  const pair: Pair = {
    actualReturn: holdout.actualReturn.subarray(start, end),
    predictedReturn: holdout.predictedReturn.subarray(start, end),
    championReturn: predictReturns(booster, x),
    actualRisk: holdout.actualRisk.subarray(start, end),
    predictedRisk: holdout.predictedRisk.subarray(start, end),
    championActualRisk: riskLevels(volatilityAhead.subarray(from, to), card.risk.thresholds),
    championRisk: predictRisk(forest, x).levels,
  };
  return { pair, days: { from: bars[from]!.date, to: bars[to - 1]!.date, count: to - from } };
}
