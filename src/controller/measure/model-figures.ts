/** Converts the state of a Model and its runs to numbers for the gauges. Times are seconds since the epoch. */
import type { Condition } from '../../api/conditions.ts';
import type { VerdictOutcome } from '../../api/evaluation.ts';
import type { HeadlineFigure, HeadlineMetrics, LiveFigure } from '../../api/headline.ts';
import type { LiveStatus } from '../../api/live.ts';
import type { Champion, HistoryEntry } from '../../api/model.ts';
import type {
  ChampionFigures,
  LiveFigures,
  LiveWindowFigures,
  ModelFigures,
  QualityFigures,
} from '../../observability/operator/model-figures.ts';
import { findCondition, isTrue } from '../decide/conditions.ts';
import { reasons } from '../decide/serving/reasons.ts';
import type { ModelResource, RunResource } from '../observation.ts';
import { parseTime } from '../time.ts';

/** @param runs all runs that compete for the Model. */
export function modelFigures(model: ModelResource, runs: readonly RunResource[]): ModelFigures {
  const {
    conditions,
    champion,
    history = [],
    live,
    scoring,
    readyReplicas = 0,
    nextScheduleTime,
  } = model.status;
  const lastSuccessfulRun = secondsOf(model.status.lastSuccessfulTime);
  const lastFailedRun = secondsOf(model.status.lastFailedTime);
  return {
    owner: { namespace: model.namespace, model: model.name },
    ready: isTrue(conditions, 'Ready'),
    stalled: stalledBy(findCondition(conditions, 'Progressing')),
    desiredReplicas: model.spec?.serving.replicas ?? null,
    readyReplicas,
    runs: countByPhase(runs),
    lastRunFailed:
      lastSuccessfulRun === null && lastFailedRun === null
        ? null
        : (lastFailedRun ?? 0) > (lastSuccessfulRun ?? 0),
    lastSuccessfulRun,
    nextRun: secondsOf(nextScheduleTime),
    lastProgress: lastProgress(runs),
    champion: champion === undefined ? null : championFigures(champion, history),
    live: live === undefined ? null : liveFigures(live),
    scoreFailures: scoring?.failures ?? null,
  };
}

/** Reasons for which Progressing is False without a problem. */
const settled: readonly string[] = [reasons.complete, reasons.noChampion, reasons.scaledToZero];

function stalledBy(progressing: Condition | undefined): string | null {
  if (progressing?.status !== 'False' || settled.includes(progressing.reason)) return null;
  return progressing.reason;
}

const phases = ['Pending', 'Running', 'Suspended', 'Complete', 'Failed'] as const;

/** A run without a status counts as Pending. */
function countByPhase(runs: readonly RunResource[]): Record<string, number> {
  const counts = Object.fromEntries(phases.map(phase => [phase, 0]));
  for (const { status } of runs)
    counts[status.phase ?? 'Pending'] = (counts[status.phase ?? 'Pending'] ?? 0) + 1;
  return counts;
}

function isFinished({ status }: RunResource): boolean {
  return status.phase === 'Complete' || status.phase === 'Failed';
}

/**
 * Null when no run is running or pending; suspended runs are not expected to make progress. Runs are executed one after the
 * other, so the steps of all runs count as progress of the first unfinished one.
 */
function lastProgress(runs: readonly RunResource[]): number | null {
  const [first] = runs
    .filter(run => !isFinished(run) && run.status.phase !== 'Suspended' && !run.deleting)
    .toSorted((a, b) => a.createdAt - b.createdAt);
  if (first === undefined) return null;
  const stages = runs.flatMap(({ status }) => status.stages ?? []);
  return latest([
    first.createdAt / 1000,
    // The progress of a resumed run starts when it was resumed.
    secondsOf(findCondition(first.status.conditions, 'Suspended')?.lastTransitionTime),
    ...stages.flatMap(({ startTime, completionTime }) => [secondsOf(startTime), secondsOf(completionTime)]),
  ]);
}

function championFigures(champion: Champion, history: readonly HistoryEntry[]): ChampionFigures {
  const { version, promotedAt, metrics = {} } = champion;
  return {
    version,
    symbol: metrics.symbol ?? '',
    promotedAt: parseTime(promotedAt) / 1000,
    barsTo: secondsOf(metrics.barsTo),
    quality: [holdoutFigures(metrics), walkForwardFigures(metrics)],
    damage: damageOf(version, history),
  };
}

/** As the newest run reported that was compared with the version. */
function damageOf(version: string, history: readonly HistoryEntry[]): ChampionFigures['damage'] {
  const compared = history.find(({ metrics }) => metrics?.championVersion === version);
  const { championComparable, championProblem } = compared?.metrics ?? {};
  if (championComparable !== 'false') return null;
  return championProblem === 'Altered' || championProblem === 'Missing' ? championProblem : null;
}

function holdoutFigures(metrics: HeadlineMetrics): QualityFigures {
  const figure = (name: HeadlineFigure) => numberOf(metrics[name]);
  return {
    set: 'holdout',
    rmse: figure('rmse'),
    meanRmse: figure('meanRmse'),
    rmseRatio: figure('rmseRatio'),
    accuracy: figure('accuracy'),
    persistenceAccuracy: figure('persistenceAccuracy'),
    knownPartAccuracy: figure('knownPartAccuracy'),
  };
}

function walkForwardFigures(metrics: HeadlineMetrics): QualityFigures {
  const figure = (name: HeadlineFigure) => numberOf(metrics[name]);
  return {
    set: 'walk_forward',
    rmse: null,
    meanRmse: null,
    rmseRatio: figure('walkForwardRmseRatio'),
    accuracy: figure('walkForwardAccuracy'),
    persistenceAccuracy: figure('walkForwardPersistenceAccuracy'),
    knownPartAccuracy: figure('walkForwardKnownPartAccuracy'),
  };
}

function liveFigures({ lastDay, windows }: LiveStatus): LiveFigures {
  return { lastDay: secondsOf(lastDay) ?? 0, windows: windows.map(liveWindow) };
}

function liveWindow({ window, figures }: LiveStatus['windows'][number]): LiveWindowFigures {
  const figure = (name: LiveFigure) => numberOf(figures[name]);
  return {
    window,
    days: figure('days'),
    rmse: figure('rmse'),
    meanRmse: figure('meanRmse'),
    rmseRatio: figure('rmseRatio'),
    hitRate: figure('hitRate'),
    meanHitRate: figure('meanHitRate'),
    accuracy: figure('accuracy'),
    persistenceAccuracy: figure('persistenceAccuracy'),
    knownPartAccuracy: figure('knownPartAccuracy'),
    lossDifference: {
      estimate: figure('lossDifference'),
      lower: figure('lossLower'),
      upper: figure('lossUpper'),
    },
    accuracyDifference: {
      estimate: figure('accuracyDifference'),
      lower: figure('accuracyLower'),
      upper: figure('accuracyUpper'),
    },
    returnVerdict: verdictOf(figures.returnVerdict),
    riskVerdict: verdictOf(figures.riskVerdict),
  };
}

const verdictValues: Readonly<Record<string, number>> = {
  Better: 1,
  NotDistinguishable: 0,
  Worse: -1,
} satisfies Record<VerdictOutcome, number>;

/** Null if absent or unknown. */
function verdictOf(verdict: string | undefined): number | null {
  return verdictValues[verdict ?? ''] ?? null;
}

/** Null if absent or not a number. */
function numberOf(text: string | undefined): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

/** From an ISO time or date; null if absent or invalid. */
function secondsOf(time: string | undefined): number | null {
  const milliseconds = Date.parse(time ?? '');
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
