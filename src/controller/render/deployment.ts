/** The Deployment of a Model: the servers of one published version. */
import { versionsFolder } from '../../api/artifacts.ts';
import { labels } from '../../api/group.ts';
import type { ModelSpec, ServingSpec } from '../../api/model.ts';
import type { Manifest } from '../../kubernetes/resource.ts';
import type { Json, V1Container, V1Deployment, V1TopologySpreadConstraint } from '../../kubernetes/types.ts';
import type { Settings } from '../observation.ts';
import { deployments } from '../resources.ts';
import { renderServerAccess, schemeOf } from './access.ts';
import { artifactsPath, serverMounts } from './artifacts.ts';
import { type Owner, renderChild, serverSelector } from './child.ts';
import { claimNameOf } from './claim.ts';
import { componentLabels, mergedResources, renderPodTemplate, terminationMessagePath } from './pod.ts';

/** The name of the server's container. */
export const serverContainer = 'server';

/** The environment variables that determine which version a server serves. */
export const serverEnvironment = {
  folder: 'BELLWETHER_MODEL_DIR',
  expectedVersion: 'BELLWETHER_EXPECTED_VERSION',
} as const;

/** The name of that container's port. */
export const httpPort = 'http';

const containerPort = 8080;

const startupPeriodSeconds = 2;

const defaultResources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } };

export interface DeploymentInput {
  readonly settings: Settings;
  readonly model: Owner;
  readonly spec: ModelSpec;
  /** The run that made the version. */
  readonly run: string;
  readonly version: string;
}

/** During a rollout, a new server must be ready before an old one is stopped. */
export function renderDeployment(input: DeploymentInput): Manifest<V1Deployment> {
  const { model, spec } = input;
  const { replicas, rolloutDeadlineSeconds } = spec.serving;
  return renderChild<V1Deployment>(deployments, model, {
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
  const { env, volumes, volumeMounts } = renderServerAccess(serving);
  return renderPodTemplate({
    settings,
    template: { topologySpreadConstraints: [spread(model.name)], ...serving.podTemplate },
    labels: { ...componentLabels(model.name, 'server'), [labels.version]: version },
    claimName: claimNameOf(model.name, spec),
    artifacts: serverMounts(model.name),
    container: {
      name: serverContainer,
      args: ['server'],
      ports: [{ name: httpPort, containerPort }],
      ...probes(serving),
    },
    env: { ...serverEnv(input), ...env },
    volumes,
    volumeMounts,
    resources: mergedResources(defaultResources, serving.resources),
    // Longer than the server's drain delay and drain time together.
    spec: { terminationGracePeriodSeconds: 40 },
  });
}

/** Spreads servers over nodes if possible: a ReadWriteOnce volume may force all of them onto one node. */
function spread(model: string) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: serverSelector(model) },
  } satisfies Json<V1TopologySpreadConstraint>;
}

/**
 * A slow volume may take as long to load as the rollout may. A single slow answer of a busy server does not make it
 * unready.
 */
function probes(serving: ServingSpec): Partial<Json<V1Container>> {
  const { rolloutDeadlineSeconds } = serving;
  // HTTP is the default, which objects of earlier versions leave out.
  const scheme = schemeOf(serving) === 'https' ? { scheme: 'HTTPS' } : {};
  const health = { httpGet: { path: '/health', port: httpPort, ...scheme }, timeoutSeconds: 2 };
  const failureThreshold = Math.ceil(rolloutDeadlineSeconds / startupPeriodSeconds);
  return {
    startupProbe: { ...health, periodSeconds: startupPeriodSeconds, failureThreshold },
    readinessProbe: { ...health, periodSeconds: 2, failureThreshold: 3 },
    livenessProbe: {
      httpGet: { path: '/livez', port: httpPort, ...scheme },
      timeoutSeconds: 5,
      periodSeconds: 10,
      failureThreshold: 3,
    },
  };
}

function serverEnv({ model, run, version }: DeploymentInput): Record<string, string> {
  return {
    [serverEnvironment.folder]: `${artifactsPath}/${model.name}/${versionsFolder}/${version}`,
    BELLWETHER_MODEL_NAME: model.name,
    BELLWETHER_RUN_NAME: run,
    [serverEnvironment.expectedVersion]: version,
    BELLWETHER_HOST: '0.0.0.0',
    BELLWETHER_PORT: String(containerPort),
    BELLWETHER_DRAIN_DELAY_SECONDS: '5',
    // A model that cannot be served ends the process, so that the termination message has the reason.
    BELLWETHER_EXIT_ON_FAILURE: 'true',
    BELLWETHER_REPORT: terminationMessagePath,
    MALLOC_ARENA_MAX: '2',
    NODE_OPTIONS: '--max-semi-space-size=2',
  };
}
