import { jobs, pods, trainingRuns } from '../../../../src/controller/resources.ts';
import { isLive, namespace, type Raw, stageOf } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Cluster } from '../cluster.ts';
import type { Act, Story } from '../story.ts';
import { assertEnd, createRun, hasEnded, isServing } from './common.ts';

/** A run that is suspended while it trains, and resumed. */
export const suspendAndResume: Story = {
  name: 'suspend and resume',
  acts: [
    {
      name: 'create a run that trains for a long time',
      take: cluster => {
        cluster.behaviour = { ...usual, running: ['r1/Train'] };
        createRun('r1')(cluster);
      },
      until: cluster => isTraining(cluster) && stageState(cluster) === 'Running',
    },
    {
      name: 'suspend it',
      take: suspend(true),
      until: cluster =>
        cluster.get(jobs, 'r1-train').spec.suspend === true &&
        !isTraining(cluster) &&
        cluster.get(trainingRuns, 'r1').status.phase === 'Suspended',
    },
    {
      name: 'resume it',
      take: cluster => {
        cluster.behaviour = usual;
        suspend(false)(cluster);
      },
      until: cluster => hasEnded(cluster, 'r1') && isServing(cluster, 'r1'),
    },
  ],
  end: cluster => assertEnd(cluster, 'r1', 'Complete'),
};

function suspend(isSuspended: boolean): Act['take'] {
  return cluster =>
    cluster.edit(trainingRuns, 'r1', draft => {
      draft.spec = { ...draft.spec, suspend: isSuspended };
    });
}

function isTraining({ store }: Cluster): boolean {
  const training = (store.list(pods, namespace) as Raw[]).filter(
    pod => stageOf(pod) === 'Train' && isLive(pod),
  );
  return training.some(({ status }) => status.phase === 'Running');
}

function stageState(cluster: Cluster): string | undefined {
  const { stages = [] } = cluster.get(trainingRuns, 'r1').status ?? {};
  return stages.find(({ name }: Raw) => name === 'Train')?.state;
}
