/** Manifests that several tests use. */
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { apiVersion } from '../../src/api/group.ts';
import { testImage } from './images.ts';
import type { Script } from './script.ts';

/** Part of a spec; overrides the defaults of the functions below. */
export type Spec = Readonly<Record<string, unknown>>;

export function trainingRun(name: string, spec: Spec = {}) {
  return { apiVersion, kind: 'TrainingRun', metadata: { name }, spec };
}

export function model(name: string, spec: Spec = {}) {
  return { apiVersion, kind: 'Model', metadata: { name }, spec };
}

/** A real run on the sample with minimal training: the four stages take about two seconds. */
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

export interface FakeRun {
  /** The script of each stage, one entry per attempt; other stages and attempts succeed. */
  readonly stages?: Script;
  /** Successful attempts run the real stage. */
  readonly real?: boolean;
  /** Evaluate's figures; override those of a good run. */
  readonly metrics?: Readonly<Record<string, string>>;
  /** 12 hexadecimal digits; derived from the names of Model and run by default. */
  readonly version?: string;
  /** Servers of this version never become ready. */
  readonly unready?: boolean;
  /** Source of a module that each stage runs first. */
  readonly code?: string;
}

/** A run with fake stages. With `fakeServers` in its Model, the servers are fake too. */
export function fakeRun(name: string, fake: FakeRun = {}, spec: Spec = {}) {
  const { stages = {}, real = false, metrics = {}, version, unready = false, code } = fake;
  const env = {
    FAKE_STAGES: JSON.stringify(stages),
    FAKE_REAL: String(real),
    FAKE_METRICS: JSON.stringify(metrics),
    FAKE_UNREADY: String(unready),
    ...(version !== undefined && { FAKE_VERSION: version }),
    ...(code !== undefined && { FAKE_CODE: code }),
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

/** For `spec.serving` of a Model: fake servers, for the versions that a fake Evaluate publishes. */
export const fakeServers = { podTemplate: { image: testImage } };

/** A claim that several Models share, since a cluster may have few volumes. */
export function claim(name: string) {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}

/** A Model without servers, for tests of runs; its artifacts are on a shared claim. */
export function modelWithoutServers(name: string, claimName: string) {
  return model(name, { serving: { replicas: 0 }, artifacts: { claimName } });
}

/** All four stages with small requests, so that many runs fit on one node; `limits` has further fields by stage. */
export function smallStages(fields: Partial<Record<StageName, Spec>> = {}): Spec[] {
  const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };
  return stageNames.map(name => ({ name, resources, ...fields[name] }));
}
