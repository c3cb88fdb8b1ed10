/** Judges one finished run: whether it becomes the champion. */
import type { ChampionProblem } from '../../../api/evaluation.ts';
import type { HeadlineMetrics } from '../../../api/headline.ts';
import type { Champion, PromotionRequirements } from '../../../api/model.ts';
import { type ChampionEvidence, gainOf, noGain, notWorse, sameQuestion } from './against-champion.ts';
import { type Figures, readComparison, readFigures } from './figures.ts';
import { type Finding, firstObjection, pass, unknown } from './finding.ts';
import { floors } from './floors.ts';
import { digits, percent } from './format.ts';
import { type Reason, reasons } from './reasons.ts';

export interface Challenger {
  readonly version: string | undefined;
  readonly metrics: HeadlineMetrics;
}

export interface Criteria {
  readonly champion: Champion | null;
  readonly requirements: PromotionRequirements;
  /** Number of runs judged on the challenger's holdout, including this one. */
  readonly looks: number;
  /** Whether the Model approves the run. */
  readonly isApproved: boolean;
  /** Whether servers are wanted and none is ready. */
  readonly nothingServes: boolean;
  /** The command that approves the run. */
  readonly approveCommand: string;
}

export interface Judgement {
  readonly outcome: 'Promoted' | 'Rejected' | 'Inconclusive';
  readonly reason: Reason;
  readonly message: string;
}

/** Problems that mean that the champion's artifacts are damaged: no server can start with them either. */
const damages: ReadonlySet<string> = new Set<ChampionProblem>(['Missing', 'Altered']);

/** Floors first, then the comparison with the champion. Missing figures never lead to a promotion. */
export function judge(challenger: Challenger, criteria: Criteria): Judgement {
  const { champion, requirements } = criteria;
  const { version, metrics } = challenger;
  if (version === undefined) return inconclusive(reasons.missingFigures, 'Evaluate published no version.');
  if (champion !== null && isChampion(challenger, champion)) {
    return inconclusive(
      reasons.alreadyChampion,
      `Its models are byte-identical to the champion's (version ${champion.version}): nothing to roll out.`,
    );
  }
  const read = readFigures(metrics);
  if (!read.ok) return inconclusive(reasons.missingFigures, `Evaluate reported no usable ${read.missing}.`);
  const figures = read.value;
  const objection = firstObjection(floors, { figures, requirements });
  if (objection.result !== 'Pass') return judgementOf(objection);
  if (champion === null) {
    return promoted(reasons.firstChampion, `First champion of the Model: ${floorFigures(figures)}.`);
  }
  return againstChampion(challenger, figures, champion, criteria);
}

function againstChampion(
  { metrics }: Challenger,
  figures: Figures,
  champion: Champion,
  criteria: Criteria,
): Judgement {
  const { requirements, looks } = criteria;
  const comparability = comparabilityOf(metrics, champion);
  if (comparability.result !== 'Pass') return judgementOf(comparability);
  if (metrics.championComparable !== 'true') {
    return withDamagedChampion(metrics.championProblem === 'Missing', figures, champion, criteria);
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

/**
 * A run that damages the champion's artifacts, or reports that they are damaged, must not be promoted for it. Missing
 * artifacts lead to a promotion only where no server has the champion in memory, as after the loss of a volume.
 */
function withDamagedChampion(
  isMissing: boolean,
  figures: Figures,
  { version, run }: Champion,
  { isApproved, nothingServes, approveCommand }: Criteria,
): Judgement {
  const what = isMissing ? 'are missing' : 'were altered after they were published';
  const subject = `The artifacts of the champion (version ${version} of run ${run}) ${what}`;
  if (isApproved || (isMissing && nothingServes)) {
    const why = isApproved ? 'the run is approved' : 'no server is ready';
    const message = `${subject} and ${why}, so only the floors apply: ${floorFigures(figures)}.`;
    return promoted(reasons.championLost, message);
  }
  return inconclusive(
    isMissing ? reasons.championMissing : reasons.championAltered,
    `${subject}, so no comparison is possible, and no run is promoted without approval. Running servers keep ` +
      'serving it from memory; no further one can start. Find out what wrote to the volume. Then restore the ' +
      `artifacts, or set pinnedRun to another version, or approve this run: ${approveCommand}`,
  );
}

/** Passes if Evaluate compared the challenger with the present champion, or the champion's artifacts are damaged. */
function comparabilityOf(metrics: HeadlineMetrics, champion: Champion): Finding {
  const { championVersion, championComparable, championProblem } = metrics;
  if (championVersion !== champion.version) {
    const compared =
      championVersion === undefined ? 'without a champion' : `against version ${championVersion}`;
    return unknown(
      reasons.championChanged,
      `It was evaluated ${compared}, but the champion is now version ${champion.version} of run ${champion.run}. ` +
        'To compare it, apply the run again under a new name.',
    );
  }
  if (championComparable === 'true') return pass;
  if (championComparable !== 'false' || championProblem === undefined) {
    return unknown(reasons.missingFigures, 'Evaluate did not report whether the champion could be compared.');
  }
  if (damages.has(championProblem)) return pass;
  return unknown(reasons.championNotComparable, notComparable(championProblem));
}

const problemMessages: Readonly<Record<string, string>> = {
  Unreadable: 'its artifacts have a format that this version cannot read',
  OtherSymbol: 'it was trained on another symbol',
  OtherFeatures: 'it was trained on features that this version computes differently',
  TooFewDays: 'too few days of the holdout are after its training window and the embargo',
} satisfies Partial<Record<ChampionProblem, string>>;

function notComparable(problem: string): string {
  const why = problemMessages[problem] ?? problem;
  return `The champion cannot be evaluated on the same days: ${why}. It remains champion; to serve this run, set pinnedRun.`;
}

function isChampion({ version, metrics }: Challenger, champion: Champion): boolean {
  if (version === champion.version) return true;
  // The version's digest covers Evaluate's files, which differ once a champion was compared: identical models can have
  // different versions.
  return metrics.championVersion === champion.version && metrics.championIdentical === 'true';
}

function floorFigures(figures: Figures): string {
  const { rmse, meanRmse, walkForwardRmseRatio, accuracy, persistenceAccuracy } = figures;
  return (
    `on the holdout from ${figures.holdoutFrom} to ${figures.holdoutTo} its RMSE is ${percent(rmse)}, the mean's is ` +
    `${percent(meanRmse)} (in walk-forward ${digits(walkForwardRmseRatio, 5)} times the mean's); ` +
    `its risk accuracy is ${percent(accuracy)}, persistence's is ${percent(persistenceAccuracy)}`
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
