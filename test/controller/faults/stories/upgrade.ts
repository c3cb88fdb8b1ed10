import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stageNames } from '../../../../src/api/artifacts.ts';
import { fieldManager } from '../../../../src/api/group.ts';
import { deployments, models, services, trainingRuns } from '../../../../src/controller/resources.ts';
import { managedFieldsOf, needsHandOver } from '../../../../src/kubernetes/managed-fields.ts';
import type { ResourceType } from '../../../../src/kubernetes/resource.ts';
import type { AnyObject } from '../../../kubernetes/kinds.ts';
import { afterUpdate } from '../../../kubernetes/managed-fields.ts';
import { keyOf } from '../../../kubernetes/object-store.ts';
import { watchedTypes } from '../../builders.ts';
import { model, type Raw } from '../../simulation/raw.ts';
import { stepDeployments } from '../cluster/deployments.ts';
import { stepPods, usual } from '../cluster/kubelet.ts';
import type { Cluster } from '../cluster.ts';
import type { Story } from '../story.ts';
import { hasEnded, isServing, modelOf, outcomesOf } from './common.ts';

/**
 * A Model with two servers and a run that trains, as the operator of version 0.1 wrote them. It created the children by POST
 * and changed them by apply.
 */
const objects: readonly AnyObject[] = JSON.parse(
  readFileSync(new URL('objects-of-0.1.json', import.meta.url), 'utf8'),
);

const training = { ...usual, running: ['r2/Train'] };

function putObjects(cluster: Cluster): void {
  const entries = objects.map((object): [string, { type: ResourceType; object: AnyObject }] => {
    const type = watchedTypes.find(({ kind }) => kind === object.kind) ?? models;
    const { namespace = '', name } = object.metadata;
    return [keyOf(type, namespace, name), { type, object: withOwnership(object) }];
  });
  const versions = objects.map(({ metadata }) => Number(metadata.resourceVersion));
  cluster.store.restore({
    objects: new Map(entries),
    created: new Map(entries.map(([key]) => [key, 1])),
    version: Math.max(...versions) + 1,
  });
  cluster.now += 60_000;
  cluster.behaviour = training;
  // The first version of this simulation had no pods of servers.
  for (let step = 0; step < 10; step++) {
    stepDeployments(cluster.store);
    stepPods(cluster);
  }
  cluster.invariants.restore({ ...cluster.invariants.memory, ...memory() });
}

function withOwnership(object: AnyObject): AnyObject {
  if (object.kind === 'Pod') return object;
  const created = afterUpdate([], {}, object, { manager: fieldManager, operation: 'Update' });
  const applied =
    object.kind === 'Deployment' ? created.map(entry => ({ ...entry, operation: 'Apply' })) : [];
  return { ...object, metadata: { ...object.metadata, managedFields: [...created, ...applied] } };
}

/** What the invariants would have seen of the time before. */
function memory() {
  const runs = (objects as Raw[]).filter(({ kind }) => kind === 'TrainingRun');
  const reported = runs.flatMap(({ metadata, status }) =>
    stageNames.flatMap((name, index) =>
      status.stages[index].state === 'Succeeded' ? [`${metadata.uid}/${name}`] : [],
    ),
  );
  const jobs = (objects as Raw[]).filter(({ kind }) => kind === 'Job');
  const stageOf = ({ metadata }: Raw) =>
    `${metadata.ownerReferences[0].uid}/${stageNames.find(name => metadata.name.endsWith(name.toLowerCase()))}`;
  return {
    reported: new Set(reported),
    stages: new Map(jobs.map(job => [job.metadata.uid, stageOf(job)])),
  };
}

function isHandedOver(cluster: Cluster): boolean {
  return [deployments, services].every(
    type => !needsHandOver(managedFieldsOf(cluster.get(type, model)), fieldManager),
  );
}

/** This version takes over, a run ends, and fields that 0.1 has set are removed. */
export const upgrade: Story = {
  name: 'upgrade',
  prepare: putObjects,
  acts: [
    {
      name: 'the new version starts',
      take: () => {},
      until: cluster => isHandedOver(cluster) && isServing(cluster, 'r1'),
    },
    {
      name: 'the run ends',
      take: cluster => {
        cluster.behaviour = usual;
      },
      until: cluster => hasEnded(cluster, 'r2') && isServing(cluster, 'r1'),
    },
    {
      name: 'fields are removed',
      take: cluster =>
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, serving: { replicas: 2 } };
        }),
      until: cluster =>
        isServing(cluster, 'r1') && cluster.get(services, model).metadata.annotations.team === undefined,
    },
  ],
  end: cluster => {
    assert.deepEqual(outcomesOf(cluster), ['r2 Inconclusive', 'r1 Promoted']);
    assert.equal(cluster.get(deployments, model).spec.template.metadata.labels.team, undefined);
    assert.equal(modelOf(cluster).status.readyReplicas, 2);
    assert.equal(cluster.get(trainingRuns, 'r2').status.stages[2].attempts, 1);
  },
};
