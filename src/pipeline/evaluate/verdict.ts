/** Summarises the figures as text, without claiming more than they show. */
import type { ClassificationScore, Evaluation, RegressionScore, verdicts } from '../../api/evaluation.ts';
import type { Interval } from '../../models/statistics/block-bootstrap.ts';

type Verdict = Evaluation['regression']['verdict'];
type Outcome = (typeof verdicts)[number];

const significance = 0.05;

/**
 * Better or worse only when both the test and the block bootstrap agree: the test assumes independent days, the bootstrap
 * allows for their dependence.
 */
export function outcomeOf(difference: Interval, pValue: number, better: 'Lower' | 'Higher'): Outcome {
  const sure = pValue < significance && (difference.lower > 0 || difference.upper < 0);
  if (!sure) return 'NotDistinguishable';
  return difference.upper < 0 === (better === 'Lower') ? 'Better' : 'Worse';
}

/** The return compared with the mean, in walk-forward. */
export function regressionVerdict(walkForward: RegressionScore, holdout: RegressionScore): Verdict {
  const { model, mean, squaredErrorDifference: difference, dieboldMariano } = walkForward;
  const outcome = outcomeOf(difference, dieboldMariano.pValue, 'Lower');
  const opening = [walkForward, holdout].every(isMean)
    ? 'Is the mean, since validation found nothing better'
    : {
        Better: 'Beats the mean',
        NotDistinguishable: 'Does not beat the mean',
        Worse: 'Worse than the mean',
      }[outcome];
  // As a share of the mean's squared error: the difference itself, about 1e-7, is hard to interpret.
  const share = (value: number) => signedPercent(mean.rmse > 0 ? value / mean.rmse ** 2 : 0);
  const text =
    `${opening}: RMSE ${percent(model.rmse, 4)} against ${percent(mean.rmse, 4)} on ${walkForward.rows} days of walk-forward, ` +
    `difference in squared error ${share(difference.estimate)} ` +
    `(${level(difference)} interval ${share(difference.lower)} to ${share(difference.upper)}), ` +
    `Diebold-Mariano ${p(dieboldMariano.pValue)}. ` +
    `Holdout: ${percent(holdout.model.rmse, 4)} against ${percent(holdout.mean.rmse, 4)}, ` +
    // Independent of the folds' models: this model serves.
    `${isMean(holdout) ? 'since the served model is the mean' : p(holdout.dieboldMariano.pValue)}.`;
  return { outcome, text };
}

/** Whether no forecast differs from the mean's. */
function isMean({ squaredErrorDifference: { lower, upper }, dieboldMariano }: RegressionScore): boolean {
  return lower === 0 && upper === 0 && dieboldMariano.statistic === 0;
}

/**
 * The risk compared with persistence, in walk-forward, and with the known-part rule; also with the majority class if that
 * is not beaten, as when nearly all days are of one class.
 */
export function classificationVerdict(
  walkForward: ClassificationScore,
  holdout: ClassificationScore,
): Verdict {
  const { majority, persistence, knownPart } = walkForward.mcnemar;
  const outcome = compared(persistence);
  const opening = {
    Better: 'Better than persistence',
    NotDistinguishable: 'No better than persistence',
    Worse: 'Worse than persistence',
  }[outcome];
  const beside = (rule: typeof majority) =>
    ({ Better: 'better than', NotDistinguishable: 'no better than', Worse: 'worse than' })[compared(rule)];
  const majorityToo =
    compared(majority) === 'Better'
      ? ''
      : `, ${beside(majority)} the majority class (${percent(walkForward.baselines.majority.accuracy, 1)}, ${p(majority.pValue)})`;
  const accuracies = (score: ClassificationScore) =>
    `${percent(score.model.accuracy, 1)} against ${percent(score.baselines.persistence.accuracy, 1)}`;
  const difference = persistence.accuracyDifference;
  const text =
    `${opening}: ${accuracies(walkForward)} of ${walkForward.rows} days of walk-forward, ` +
    `${level(difference)} interval of the difference ${points(difference.lower)} to ${points(difference.upper)} points, ` +
    `McNemar ${p(persistence.pValue)}; ` +
    `${beside(knownPart)} the known-part rule (${percent(walkForward.baselines.knownPart.accuracy, 1)}, ${p(knownPart.pValue)})${majorityToo}. ` +
    `Holdout: ${accuracies(holdout)}, ${p(holdout.mcnemar.persistence.pValue)}; ` +
    `known-part rule ${percent(holdout.baselines.knownPart.accuracy, 1)}.`;
  return { outcome, text };
}

function compared({ accuracyDifference, pValue }: ClassificationScore['mcnemar']['persistence']): Outcome {
  return outcomeOf(accuracyDifference, pValue, 'Higher');
}

function percent(fraction: number, digits: number): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

function signedPercent(fraction: number): string {
  return `${signed(fraction, 2)} %`;
}

/** Percentage points. */
function points(fraction: number): string {
  return signed(fraction, 1);
}

/** A hundred times the fraction; zero has no sign. */
function signed(fraction: number, digits: number): string {
  const text = (100 * Math.abs(fraction)).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${fraction < 0 ? '−' : '+'}${text}`;
}

function level(interval: Interval): string {
  return `${Math.round(100 * interval.level)} %`;
}

/** Two digits are enough for a p value. */
function p(value: number): string {
  if (value < 1e-15) return 'p < 1e-15';
  return `p = ${value < 0.001 ? value.toExponential(1) : Number(value.toPrecision(2))}`;
}
