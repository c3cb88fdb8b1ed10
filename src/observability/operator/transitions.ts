/** Transitions of runs and Models. Each is counted once, after the status that contains it was written. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { stageNames } from '../../api/artifacts.ts';
import { outcomes } from '../../api/model.ts';

export type Transition =
  | { readonly kind: 'RunFinished'; readonly outcome: 'Complete' }
  /** `stage` is null if the failure is not one of a stage. */
  | {
      readonly kind: 'RunFinished';
      readonly outcome: 'Failed';
      readonly stage: string | null;
      readonly reason: string;
    }
  /** `seconds` is null if start or end is unknown. */
  | {
      readonly kind: 'StageEnded';
      readonly stage: string;
      readonly outcome: 'Succeeded' | 'Reused' | 'Failed';
      readonly seconds: number | null;
    }
  /** Attempts that failed and were followed by another. */
  | { readonly kind: 'StageRetried'; readonly stage: string; readonly reason: string; readonly times: number }
  | { readonly kind: 'RunJudged'; readonly outcome: (typeof outcomes)[number] }
  /** A scheduled Score Job ended. */
  | { readonly kind: 'Scored'; readonly outcome: 'Succeeded' | 'Failed' };

/** Seconds: from a stage that reuses its artifacts to one that trains for two hours. */
const stageBuckets = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

const stageEnds = ['Succeeded', 'Reused', 'Failed'] as const;

/** @returns a function that counts one transition. */
export function transitionMetrics(registry: Registry): (transition: Transition) => void {
  const registers = [registry];
  const runs = new Counter({
    name: 'bellwether_runs_finished_total',
    help: 'Finished runs, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'bellwether_run_failures_total',
    help: 'Failed runs, by the stage that failed (None: the run as a whole) and the reason in their condition',
    labelNames: ['stage', 'reason'],
    registers,
  });
  const durations = new Histogram({
    name: 'bellwether_stage_duration_seconds',
    help: 'Time from the creation of a stage to its end, including all attempts, by outcome',
    labelNames: ['stage', 'outcome'],
    buckets: stageBuckets,
    registers,
  });
  const retries = new Counter({
    name: 'bellwether_stage_retries_total',
    help: 'Failed attempts of a stage that were retried, by the reason of the failure',
    labelNames: ['stage', 'reason'],
    registers,
  });
  const judged = new Counter({
    name: 'bellwether_promotions_total',
    help: "Judged runs, by the outcome in their Model's history",
    labelNames: ['outcome'],
    registers,
  });
  const scores = new Counter({
    name: 'bellwether_scores_total',
    help: 'Finished Score Jobs, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  // Initialised to 0 so that rate() works from the first scrape.
  for (const outcome of ['Complete', 'Failed']) runs.inc({ outcome }, 0);
  for (const outcome of outcomes) judged.inc({ outcome }, 0);
  for (const outcome of ['Succeeded', 'Failed']) scores.inc({ outcome }, 0);
  for (const stage of stageNames) for (const outcome of stageEnds) durations.zero({ stage, outcome });

  return transition => {
    switch (transition.kind) {
      case 'RunFinished':
        runs.inc({ outcome: transition.outcome });
        if (transition.outcome === 'Failed') {
          failures.inc({ stage: transition.stage ?? 'None', reason: transition.reason });
        }
        return;
      case 'StageEnded': {
        const { stage, outcome, seconds } = transition;
        if (seconds !== null) durations.observe({ stage, outcome }, seconds);
        return;
      }
      case 'StageRetried':
        retries.inc({ stage: transition.stage, reason: transition.reason }, transition.times);
        return;
      case 'RunJudged':
        judged.inc({ outcome: transition.outcome });
        return;
      case 'Scored':
        scores.inc({ outcome: transition.outcome });
    }
  };
}
