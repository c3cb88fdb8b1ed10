/** Manifests that tests write again and again. */
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { annotations, apiVersion } from '../../../src/api/group.ts';
import type { Script } from '../image/script.ts';
import { testImage } from './images.ts';

/** Part of a spec, laid over a shortcut's own. */
export type Spec = Readonly<Record<string, unknown>>;

export function trainingRun(name: string, spec: Spec = {}) {
  return { apiVersion, kind: 'TrainingRun', metadata: { name }, spec };
}

export function model(name: string, spec: Spec = {}) {
  return { apiVersion, kind: 'Model', metadata: { name }, spec };
}

/** The run with what lets a Model of policy Manual promote it. */
export function approved(run: ReturnType<typeof trainingRun>) {
  return { ...run, metadata: { ...run.metadata, annotations: { [annotations.approved]: 'true' } } };
}

/** A real run on the sample that trains as little as may be: its four stages work for about two seconds. */
export function fastRun(name: string, spec: Spec = {}) {
  return trainingRun(name, {
    symbol: 'AAPL',
    data: { source: 'Sample' },
    regressor: { maxDepth: [1], learningRate: [0.05], minChildWeight: [50], rounds: 10 },
    classifier: { trees: 20, maxDepth: [5], sampling: 'Stratified' },
    validation: { folds: 2, walkForwardFolds: 3 },
    ...spec,
  });
}

export interface Played {
  /** What each stage does, attempt by attempt; others go well. */
  readonly stages?: Script;
  /** What goes well is done by the real stages. */
  readonly real?: boolean;
  /** Evaluate's figures, over those of a good run. */
  readonly metrics?: Readonly<Record<string, string>>;
  /** 12 hexadecimal digits; default: from the names of Model and run. */
  readonly version?: string;
  /** Its servers never become ready. */
  readonly unready?: boolean;
}

/** A run whose stages are stand-ins; with `servedByStandIns` in its Model, the servers are too. */
export function playedRun(name: string, played: Played = {}, spec: Spec = {}) {
  const { stages = {}, real = false, metrics = {}, version, unready = false } = played;
  const env = {
    BELLWETHER_TEST_STAGES: JSON.stringify(stages),
    BELLWETHER_TEST_REAL: String(real),
    BELLWETHER_TEST_METRICS: JSON.stringify(metrics),
    BELLWETHER_TEST_UNREADY: String(unready),
    ...(version !== undefined && { BELLWETHER_TEST_VERSION: version }),
  };
  const make = real ? fastRun : trainingRun;
  return make(name, {
    ...spec,
    podTemplate: {
      image: testImage,
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
      ...(spec.podTemplate as Spec | undefined),
    },
  });
}

/** For `spec.serving` of a Model: servers that know what a played Evaluate publishes. */
export const servedByStandIns = { podTemplate: { image: testImage } };

/** A claim for many Models at once, where a test needs many and a cluster has few volumes. */
export function claim(name: string) {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}

/** A Model of which only the runs matter: nothing serves it, and its artifacts lie on somebody's claim. */
export function modelWithoutServers(name: string, claimName: string) {
  return model(name, { serving: { replicas: 0 }, artifacts: { claimName } });
}

/** All four stages with requests so small that many runs fit on one node; each with these fields besides. */
export function smallStages(fields: Partial<Record<StageName, Spec>> = {}): Spec[] {
  const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };
  return stageNames.map(name => ({ name, resources, ...fields[name] }));
}
