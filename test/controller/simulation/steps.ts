/** All steps of a history with their weights. */
import fc from 'fast-check';
import * as cluster from './steps/cluster.ts';
import * as model from './steps/model.ts';
import * as operator from './steps/operator.ts';
import * as pods from './steps/pods.ts';
import * as runs from './steps/runs.ts';
import type { Step } from './world.ts';

const weighted = (weight: number, ...kinds: fc.Arbitrary<Step>[]) =>
  kinds.map(arbitrary => ({ weight, arbitrary }));

export const step: fc.Arbitrary<Step> = fc.oneof(
  ...weighted(14, operator.reconcile),
  ...weighted(10, operator.deliver),
  ...weighted(4, operator.catchUp),
  ...weighted(3, operator.loseLease, operator.land),
  ...weighted(2, operator.repeat),
  ...weighted(1, operator.relist, operator.restart, operator.failOver),
  ...weighted(8, cluster.jobController),
  ...weighted(3, cluster.garbageCollector, cluster.deploymentController),
  ...weighted(2, cluster.passTime),
  ...weighted(1, cluster.foreignObjects, cluster.changeDeployment, cluster.changeChild),
  ...weighted(8, pods.endPod),
  ...weighted(2, pods.startPod, pods.blockPod),
  ...weighted(1, pods.deletePod),
  ...weighted(2, runs.apply, runs.editRun),
  ...weighted(1, runs.deleteRun, runs.replace, runs.relabel, runs.deleteJob),
  ...weighted(2, model.editModel),
  ...weighted(1, model.deleteModel),
);
