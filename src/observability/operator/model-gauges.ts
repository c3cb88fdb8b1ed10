/** The state of every Model as gauges. It is derived from the cluster at each scrape, so it survives a restart. */
import type { Registry } from 'prom-client';
import { championGauges } from './champion-gauges.ts';
import { type GaugeDefinition, single } from './gauge-definition.ts';
import { liveGauges } from './live-gauges.ts';
import type { ModelFigures } from './model-figures.ts';
import { type Sample, StateGauge, takeTurns } from './state-gauge.ts';

const servingAndRuns: readonly GaugeDefinition[] = [
  {
    name: 'bellwether_runs',
    help: 'Runs of a Model by phase; Pending runs wait for another run to finish',
    labels: ['phase'],
    samples: ({ runs }) => Object.entries(runs).map(([phase, count]) => [{ phase }, count] as const),
  },
  {
    name: 'bellwether_model_ready',
    help: 'Whether a version of the Model is served: its condition Ready',
    samples: ({ ready }) => single(ready),
  },
  {
    name: 'bellwether_model_stalled',
    help: 'Why the servers of a Model do not reach their desired state, such as RolloutFailed, InvalidSpec or NameTaken; 1 while that is the case, absent otherwise',
    labels: ['reason'],
    samples: ({ stalled }) => (stalled === null ? [] : [[{ reason: stalled }, 1]]),
  },
  {
    name: 'bellwether_model_desired_replicas',
    help: 'Servers desired',
    samples: ({ desiredReplicas }) => single(desiredReplicas),
  },
  {
    name: 'bellwether_model_ready_replicas',
    help: 'Servers that are ready',
    samples: ({ readyReplicas }) => single(readyReplicas),
  },
  {
    name: 'bellwether_model_last_run_failed',
    help: 'Whether the last finished run of the Model failed',
    samples: ({ lastRunFailed }) => single(lastRunFailed),
  },
  {
    name: 'bellwether_model_last_successful_run_timestamp_seconds',
    help: 'When a run of the Model last became Complete',
    samples: ({ lastSuccessfulRun }) => single(lastSuccessfulRun),
  },
  {
    name: 'bellwether_model_next_run_timestamp_seconds',
    help: 'When the schedule of the Model creates its next run; absent without a schedule and while it is suspended',
    samples: ({ nextRun }) => single(nextRun),
  },
  {
    name: 'bellwether_model_last_progress_timestamp_seconds',
    help: 'When a run of the Model, or a stage of one, last started or ended; absent while no run is running or pending',
    samples: ({ lastProgress }) => single(lastProgress),
  },
];

const definitions = [...servingAndRuns, ...championGauges, ...liveGauges];

/** @param models the figures of all Models; called for each gauge of a scrape. */
export function modelGauges(registry: Registry, models: () => readonly ModelFigures[]): void {
  const turn = takeTurns();
  for (const { name, help, labels = [], samples } of definitions) {
    const labelNames = ['namespace', 'model', ...labels];
    new StateGauge({ name, help, labelNames, registry, samples: () => seriesOf(models(), samples), turn });
  }
}

function* seriesOf(models: readonly ModelFigures[], samples: GaugeDefinition['samples']): Generator<Sample> {
  for (const figures of models) {
    for (const [labels, value] of samples(figures)) {
      if (value !== null) yield { labels, sharedLabels: figures.owner, value };
    }
  }
}
