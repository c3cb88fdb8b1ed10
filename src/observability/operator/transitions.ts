/** What happened, counted once: when the status that says so was written. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { stageNames } from '../../api/artifacts.ts';
import { outcomes } from '../../api/model.ts';

export type Transition =
  | { readonly kind: 'RunFinished'; readonly outcome: 'Complete' }
  /** `stage` is null when the run as a whole is at fault. */
  | {
      readonly kind: 'RunFinished';
      readonly outcome: 'Failed';
      readonly stage: string | null;
      readonly reason: string;
    }
  /** `seconds` is null where its beginning or end is not known. */
  | {
      readonly kind: 'StageEnded';
      readonly stage: string;
      readonly outcome: 'Succeeded' | 'Reused' | 'Failed';
      readonly seconds: number | null;
    }
  /** Attempts that failed and were followed by another. */
  | { readonly kind: 'StageRetried'; readonly stage: string; readonly reason: string; readonly times: number }
  | { readonly kind: 'RunJudged'; readonly outcome: (typeof outcomes)[number] }
  /** A scheduled Score Job has ended. */
  | { readonly kind: 'Scored'; readonly outcome: 'Succeeded' | 'Failed' };

/** Seconds, from a stage that finds its work done to one that trains for an hour. */
const stageBuckets = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

const stageEnds = ['Succeeded', 'Reused', 'Failed'] as const;

/** @returns counts one happening. */
export function transitionMetrics(registry: Registry): (happening: Transition) => void {
  const registers = [registry];
  const runs = new Counter({
    name: 'bellwether_runs_finished_total',
    help: 'Runs that have ended, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'bellwether_run_failures_total',
    help: 'Runs that failed, by the stage they were at (None: the run as a whole) and the reason in their condition',
    labelNames: ['stage', 'reason'],
    registers,
  });
  const durations = new Histogram({
    name: 'bellwether_stage_duration_seconds',
    help: 'Time from the creation of a stage to its end, all attempts together, by outcome',
    labelNames: ['stage', 'outcome'],
    buckets: stageBuckets,
    registers,
  });
  const retries = new Counter({
    name: 'bellwether_stage_retries_total',
    help: 'Attempts of a stage that failed and were followed by another, by the reason of the failure',
    labelNames: ['stage', 'reason'],
    registers,
  });
  const judged = new Counter({
    name: 'bellwether_promotions_total',
    help: 'What became of finished runs, as the history of their Models says it',
    labelNames: ['outcome'],
    registers,
  });
  const scores = new Counter({
    name: 'bellwether_scores_total',
    help: 'Scheduled Jobs that score what serves, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  // There from the first scrape on, so that rates can be had of them.
  for (const outcome of ['Complete', 'Failed']) runs.inc({ outcome }, 0);
  for (const outcome of outcomes) judged.inc({ outcome }, 0);
  for (const outcome of ['Succeeded', 'Failed']) scores.inc({ outcome }, 0);
  for (const stage of stageNames) for (const outcome of stageEnds) durations.zero({ stage, outcome });

  return happening => {
    switch (happening.kind) {
      case 'RunFinished':
        runs.inc({ outcome: happening.outcome });
        if (happening.outcome === 'Failed') {
          failures.inc({ stage: happening.stage ?? 'None', reason: happening.reason });
        }
        return;
      case 'StageEnded': {
        const { stage, outcome, seconds } = happening;
        if (seconds !== null) durations.observe({ stage, outcome }, seconds);
        return;
      }
      case 'StageRetried':
        retries.inc({ stage: happening.stage, reason: happening.reason }, happening.times);
        return;
      case 'RunJudged':
        judged.inc({ outcome: happening.outcome });
        return;
      case 'Scored':
        scores.inc({ outcome: happening.outcome });
    }
  };
}
