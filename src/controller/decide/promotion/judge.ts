/** Judges one finished run: is it to be the champion? */
import type { ChampionProblem } from '../../../api/evaluation.ts';
import type { Champion, PromotionRequirements } from '../../../api/model.ts';
import { type ChampionEvidence, gainOf, noGain, notWorse, sameQuestion } from './against-champion.ts';
import { type Figures, type Metrics, readComparison, readFigures } from './figures.ts';
import { type Finding, firstObjection, pass, unknown } from './finding.ts';
import { floors } from './floors.ts';
import { digits, percent } from './format.ts';
import { type Reason, reasons } from './reasons.ts';

export interface Challenger {
  readonly version: string | undefined;
  readonly metrics: Metrics;
}

export interface Standard {
  readonly champion: Champion | null;
  readonly requirements: PromotionRequirements;
  /** Runs judged on the challenger's holdout, this one included. */
  readonly looks: number;
}

export interface Judgement {
  readonly outcome: 'Promoted' | 'Rejected' | 'Inconclusive';
  readonly reason: Reason;
  readonly message: string;
}

/** The champion's artifacts cannot be loaded, so that no server could start with them either. */
const lost: ReadonlySet<string> = new Set<ChampionProblem>(['Missing', 'Altered']);

/** Floors first, then the champion. What is not known is never taken for good. */
export function judge(challenger: Challenger, standard: Standard): Judgement {
  const { champion, requirements } = standard;
  const { version, metrics } = challenger;
  if (version === undefined) return inconclusive(reasons.missingFigures, 'Evaluate published no version.');
  if (champion !== null && isChampion(challenger, champion)) {
    return inconclusive(
      reasons.alreadyChampion,
      `Its models are the champion's, byte for byte (version ${champion.version}): nothing to roll out.`,
    );
  }
  const read = readFigures(metrics);
  if (!read.ok) return inconclusive(reasons.missingFigures, `Evaluate reported no usable ${read.missing}.`);
  const figures = read.value;
  const objection = firstObjection(floors, { figures, requirements });
  if (objection.result !== 'Pass') return judgementOf(objection);
  if (champion === null) {
    return promoted(reasons.firstChampion, `It is the first, and ${floorFigures(figures)}.`);
  }
  return againstChampion(challenger, figures, champion, standard);
}

function againstChampion(
  { metrics }: Challenger,
  figures: Figures,
  champion: Champion,
  { requirements, looks }: Standard,
): Judgement {
  const access = compared(metrics, champion);
  if (access.result !== 'Pass') return judgementOf(access);
  if (metrics.championComparable !== 'true') {
    return promoted(
      reasons.championLost,
      `The champion's artifacts (version ${champion.version}) cannot be loaded any more, so that the floors alone ` +
        `decide: ${floorFigures(figures)}.`,
    );
  }
  const comparison = readComparison(metrics);
  if (!comparison.ok) {
    return inconclusive(reasons.missingFigures, `Evaluate reported no usable ${comparison.missing}.`);
  }
  const evidence: ChampionEvidence = {
    comparison: comparison.value,
    requirements,
    looks,
    holdoutTo: figures.holdoutTo,
  };
  const objection = firstObjection([sameQuestion, ...notWorse], evidence);
  if (objection.result !== 'Pass') return judgementOf(objection);
  const gain = gainOf(evidence);
  return gain === null ? inconclusive(reasons.noGain, noGain(evidence)) : promoted(gain.reason, gain.message);
}

/** Whether Evaluate could compare the challenger with this very champion, or the champion is lost. */
function compared(metrics: Metrics, champion: Champion): Finding {
  const { championVersion, championComparable, championProblem } = metrics;
  if (championVersion !== champion.version) {
    const other =
      championVersion === undefined ? 'with no champion' : `with version ${championVersion} as champion`;
    return unknown(
      reasons.championChanged,
      `It was evaluated ${other}; the champion now is version ${champion.version} of run ${champion.run}. ` +
        'Apply the run again under a new name to have it compared.',
    );
  }
  if (championComparable === 'true') return pass;
  if (championComparable !== 'false' || championProblem === undefined) {
    return unknown(reasons.missingFigures, 'Evaluate did not say whether the champion could be compared.');
  }
  if (lost.has(championProblem)) return pass;
  return unknown(reasons.championNotComparable, notComparable(championProblem));
}

const problemsInWords: Readonly<Record<string, string>> = {
  Unreadable: 'its artifacts have a form that this version does not read',
  OtherSymbol: 'it was trained on another symbol',
  OtherFeatures: 'it was trained on features that this version computes otherwise',
  TooFewDays: 'too few days of the holdout lie after its training and the embargo',
} satisfies Partial<Record<ChampionProblem, string>>;

function notComparable(problem: string): string {
  const why = problemsInWords[problem] ?? problem;
  return `The champion cannot be judged on the same days: ${why}. It stays; to serve this run, name it in pinnedRun.`;
}

function isChampion({ version, metrics }: Challenger, champion: Champion): boolean {
  if (version === champion.version) return true;
  // Evaluate's own files differ once there is a champion to compare with; the models need not.
  return metrics.championVersion === champion.version && metrics.championIdentical === 'true';
}

function floorFigures(figures: Figures): string {
  const { rmse, meanRmse, walkForwardRmseRatio, accuracy, persistenceAccuracy } = figures;
  return (
    `on the holdout from ${figures.holdoutFrom} to ${figures.holdoutTo} its RMSE is ${percent(rmse)} against the mean's ` +
    `${percent(meanRmse)} (in walk-forward ${digits(walkForwardRmseRatio, 5)} times the mean's), ` +
    `and ${percent(accuracy)} of its risk classes are right against persistence's ${percent(persistenceAccuracy)}`
  );
}

function judgementOf(finding: Exclude<Finding, { result: 'Pass' }>): Judgement {
  const { result, reason, message } = finding;
  return { outcome: result === 'Fail' ? 'Rejected' : 'Inconclusive', reason, message };
}

function promoted(reason: Reason, message: string): Judgement {
  return { outcome: 'Promoted', reason, message };
}

function inconclusive(reason: Reason, message: string): Judgement {
  return { outcome: 'Inconclusive', reason, message };
}
