/** The Deployment of a Model: servers of one published version. */
import { versionsFolder } from '../../api/artifacts.ts';
import { labels } from '../../api/group.ts';
import type { ModelSpec, ServingSpec } from '../../api/model.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Settings } from '../observation.ts';
import { deployments } from '../resources.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { claimNameOf } from './claim.ts';
import {
  artifactsPath,
  componentLabels,
  mergedResources,
  renderPodTemplate,
  terminationMessagePath,
} from './pod.ts';

/** The servers' container. */
export const serverContainer = 'server';

/** The name of its port. */
export const httpPort = 'http';

const containerPort = 8080;

/** Seconds between two looks at a server that starts. */
const startupPeriod = 2;

const defaultResources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } };

export interface DeploymentInput {
  readonly settings: Settings;
  readonly model: Owner;
  readonly spec: ModelSpec;
  /** Whose artifacts are served. */
  readonly run: string;
  readonly version: string;
}

/** Never fewer servers than asked for while a new version comes: a new one is ready before an old one goes. */
export function renderDeployment(input: DeploymentInput): KubernetesObject {
  const { model, spec } = input;
  const { replicas, rolloutDeadlineSeconds } = spec.serving;
  return renderChild(deployments, model, {
    replicas,
    revisionHistoryLimit: 2,
    progressDeadlineSeconds: rolloutDeadlineSeconds,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    selector: { matchLabels: serverSelector(model.name) },
    template: renderServerPod(input),
  });
}

function renderServerPod(input: DeploymentInput) {
  const { settings, model, spec, version } = input;
  const { serving } = spec;
  return renderPodTemplate({
    settings,
    template: { topologySpreadConstraints: [spread(model.name)], ...serving.podTemplate },
    labels: { ...componentLabels(model.name, 'server'), [labels.version]: version },
    claimName: claimNameOf(model.name, spec),
    artifactsReadOnly: true,
    container: {
      name: serverContainer,
      args: ['server'],
      ports: [{ name: httpPort, containerPort }],
      ...probes(serving),
    },
    env: serverEnv(input),
    resources: mergedResources(defaultResources, serving.resources),
    // Above the server's own drain delay and drain time together.
    spec: { terminationGracePeriodSeconds: 40 },
  });
}

/** Over nodes where that is possible: a volume that one node alone can mount must not keep servers from starting. */
function spread(model: string) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: serverSelector(model) },
  };
}

/** A slow volume has as long as the rollout has; a server that is merely busy is not taken out at once. */
function probes({ rolloutDeadlineSeconds }: ServingSpec) {
  const health = { httpGet: { path: '/health', port: httpPort }, timeoutSeconds: 2 };
  const failureThreshold = Math.ceil(rolloutDeadlineSeconds / startupPeriod);
  return {
    startupProbe: { ...health, periodSeconds: startupPeriod, failureThreshold },
    readinessProbe: { ...health, periodSeconds: 2, failureThreshold: 3 },
    livenessProbe: {
      httpGet: { path: '/livez', port: httpPort },
      timeoutSeconds: 5,
      periodSeconds: 10,
      failureThreshold: 3,
    },
  };
}

function serverEnv({ model, run, version }: DeploymentInput): Record<string, string> {
  return {
    BELLWETHER_MODEL_DIR: `${artifactsPath}/${model.name}/${versionsFolder}/${version}`,
    BELLWETHER_MODEL_NAME: model.name,
    BELLWETHER_RUN_NAME: run,
    BELLWETHER_EXPECTED_VERSION: version,
    BELLWETHER_HOST: '0.0.0.0',
    BELLWETHER_PORT: String(containerPort),
    BELLWETHER_DRAIN_DELAY_SECONDS: '5',
    // A model that cannot be served ends the process, so that its last words say why.
    BELLWETHER_EXIT_ON_FAILURE: 'true',
    BELLWETHER_REPORT: terminationMessagePath,
    MALLOC_ARENA_MAX: '2',
    NODE_OPTIONS: '--max-semi-space-size=2',
  };
}
