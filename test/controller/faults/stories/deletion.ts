import assert from 'node:assert/strict';
import { claims, events, leases, models, trainingRuns } from '../../../../src/controller/resources.ts';
import { model, namespace } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Cluster } from '../cluster.ts';
import type { Story } from '../story.ts';
import { champion, createRun, hasEnded, modelOf } from './common.ts';

function left({ store }: Cluster): string[] {
  return [...store.state.objects.values()]
    .filter(({ type }) => type !== events && type !== leases)
    .map(({ type, object }) => `${type.kind} ${object.metadata.name}`);
}

/** A run is deleted while it trains, another one after its time to live; then the Model, while a third one trains. */
export const deletion: Story = {
  name: 'deletion',
  given: [
    champion,
    {
      name: 'a run that expires',
      take: createRun('r3', { ttlSecondsAfterFinished: 60 }),
      until: cluster => hasEnded(cluster, 'r3'),
    },
  ],
  acts: [
    {
      name: 'create a run that trains',
      take: cluster => {
        cluster.behaviour = { ...usual, running: ['r2/Train', 'r4/Train'] };
        createRun('r2')(cluster);
      },
      until: cluster => isTraining(cluster, 'r2'),
    },
    {
      name: 'delete it',
      take: ({ store }) => void store.delete(trainingRuns, namespace, 'r2', 'Orphan'),
      until: cluster => left(cluster).every(object => !object.includes(' r2')),
    },
    {
      name: 'a time to live ends',
      after: 100,
      take: () => {},
      until: cluster => left(cluster).every(object => !object.includes(' r3')),
    },
    {
      name: 'create another run',
      take: createRun('r4'),
      until: cluster => isTraining(cluster, 'r4'),
    },
    {
      name: 'delete the Model',
      take: ({ store }) => void store.delete(models, namespace, model, 'Orphan'),
      until: cluster =>
        hasEnded(cluster, 'r4') && left(cluster).every(object => !object.startsWith('Pod m-')),
    },
    {
      name: 'delete the runs',
      take: ({ store }) => {
        for (const name of ['r1', 'r4']) store.delete(trainingRuns, namespace, name, 'Orphan');
      },
      until: cluster => left(cluster).length === 1,
    },
  ],
  end: cluster => {
    assert.deepEqual(left(cluster), ['PersistentVolumeClaim m-artifacts']);
    assert.equal(modelOf(cluster), null);
    assert.ok(cluster.get(claims, 'm-artifacts') !== null);
  },
};

function isTraining(cluster: Cluster, run: string): boolean {
  const { stages = [] } = cluster.get(trainingRuns, run).status ?? {};
  return stages[2]?.state === 'Running';
}
