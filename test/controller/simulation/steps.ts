/** Everything that may happen, and how often. */
import fc from 'fast-check';
import * as cluster from './steps/cluster.ts';
import * as model from './steps/model.ts';
import * as operator from './steps/operator.ts';
import * as pods from './steps/pods.ts';
import * as runs from './steps/runs.ts';
import type { Step } from './world.ts';

const often = (weight: number, ...kinds: fc.Arbitrary<Step>[]) =>
  kinds.map(arbitrary => ({ weight, arbitrary }));

export const step: fc.Arbitrary<Step> = fc.oneof(
  ...often(14, operator.reconcile),
  ...often(10, operator.deliver),
  ...often(4, operator.catchUp),
  ...often(3, operator.loseLease, operator.land),
  ...often(2, operator.repeat),
  ...often(1, operator.relist, operator.restart, operator.failOver),
  ...often(8, cluster.jobController),
  ...often(3, cluster.garbageCollector, cluster.deploymentController),
  ...often(2, cluster.pass),
  ...often(1, cluster.strangers),
  ...often(8, pods.endPod),
  ...often(2, pods.startPod, pods.holdPod),
  ...often(1, pods.deletePod),
  ...often(2, runs.apply, runs.editRun),
  ...often(1, runs.deleteRun, runs.replace, runs.approve, runs.deleteJob),
  ...often(2, model.editModel),
  ...often(1, model.deleteModel),
);
