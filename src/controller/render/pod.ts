/**
 * The parts that the pods of stages and of servers share: the restricted security profile, the volumes, and the user's
 * pod template. The operator's labels, annotations and variables take precedence over the user's of the same name:
 * caches, selectors and programs depend on them.
 */
import { components, fieldManager, labels } from '../../api/group.ts';
import type { PodTemplate, Resources } from '../../api/pod-template.ts';
import type { BarsVolume } from '../../api/sources.ts';
import type {
  Json,
  V1Container,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Volume,
  V1VolumeMount,
} from '../../kubernetes/types.ts';
import type { Settings } from '../observation.ts';
import { type ArtifactsMount, artifactsPath } from './artifacts.ts';
import { artifactsVolume, barsMount, barsVolumes } from './bars-volume.ts';

/** The file from which Kubernetes reads a container's termination message. */
export const terminationMessagePath = '/dev/termination-log';

export interface PodOptions {
  readonly settings: Settings;
  readonly template: PodTemplate | undefined;
  /** The operator's own, in addition to the user's. */
  readonly labels: Readonly<Record<string, string>>;
  readonly claimName: string;
  readonly artifacts: readonly ArtifactsMount[];
  /** The volume with the file of bars; only for a pod that reads it. */
  readonly bars?: BarsVolume | undefined;
  /** The container's name, arguments, ports and probes. */
  readonly container: Json<V1Container>;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** In addition to those that all pods have. */
  readonly volumes?: readonly Json<V1Volume>[];
  readonly volumeMounts?: readonly Json<V1VolumeMount>[];
  /** Other fields of the pod's spec, such as restartPolicy. */
  readonly spec: Partial<Json<V1PodSpec>>;
}

/** A pod template for Jobs and Deployments. */
export function renderPodTemplate(options: PodOptions): Json<V1PodTemplateSpec> & {
  readonly spec: Json<V1PodSpec>;
} {
  const { template = {} } = options;
  const { annotations } = template;
  const hasAnnotations = annotations !== undefined && Object.keys(annotations).length > 0;
  return {
    metadata: {
      labels: { ...template.labels, ...options.labels },
      ...(hasAnnotations ? { annotations } : {}),
    },
    spec: {
      ...placement(template),
      ...options.spec,
      // Neither program calls the API server.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity(template),
      containers: [renderContainer(options)],
      volumes: [
        {
          name: artifactsVolume,
          persistentVolumeClaim: {
            claimName: options.claimName,
            readOnly: options.artifacts.every(({ readOnly }) => readOnly),
          },
        },
        { name: 'tmp', emptyDir: {} },
        ...barsVolumes(options),
        ...(options.volumes ?? []),
      ],
    },
  };
}

/** The labels of every object that belongs to a Model. */
export function modelLabels(model: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'bellwether',
    'app.kubernetes.io/instance': model,
    [labels.managedBy]: fieldManager,
    [labels.model]: model,
  };
}

/** The same with the component that a pod belongs to. */
export function componentLabels(model: string, component: keyof typeof components): Record<string, string> {
  return { ...modelLabels(model), [labels.component]: components[component] };
}

/**
 * The user's requests and limits, with defaults for the quantities that the user names in neither. A default request
 * above the user's limit, or a default limit below the user's request, would be rejected.
 */
export function mergedResources(defaults: Resources, user: Resources = {}): Resources {
  const named = new Set([...Object.keys(user.requests ?? {}), ...Object.keys(user.limits ?? {})]);
  const unnamed = (quantities: Resources['limits'] = {}) =>
    Object.fromEntries(Object.entries(quantities).filter(([name]) => !named.has(name)));
  return {
    requests: { ...unnamed(defaults.requests), ...user.requests },
    limits: { ...unnamed(defaults.limits), ...user.limits },
  };
}

function renderContainer({
  settings,
  template = {},
  claimName,
  artifacts,
  bars,
  container,
  env,
  resources,
  volumeMounts = [],
}: PodOptions): Json<V1Container> {
  return {
    image: template.image ?? settings.image,
    imagePullPolicy: template.imagePullPolicy ?? settings.imagePullPolicy,
    ...container,
    env: mergedEnv(template.env ?? [], env),
    // The API takes whole numbers as quantities too; the client's type has only strings.
    resources: resources as V1Container['resources'],
    volumeMounts: [
      ...artifacts.map(mount => ({
        name: artifactsVolume,
        mountPath: `${artifactsPath}/${mount.subPath}`,
        ...mount,
      })),
      { name: 'tmp', mountPath: '/tmp' },
      ...barsMount({ claimName, bars }),
      ...volumeMounts,
    ],
    terminationMessagePath,
    // A program that was killed writes no termination message: the last lines of its log are used instead.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function mergedEnv(user: readonly { name: string; value: string }[], own: Readonly<Record<string, string>>) {
  const byName = Object.fromEntries(user.map(({ name, value }) => [name, value]));
  return Object.entries({ ...byName, ...own }).map(([name, value]) => ({ name, value }));
}

function podSecurity({ securityContext = {} }: PodTemplate): Json<V1PodSpec>['securityContext'] {
  return {
    runAsNonRoot: true,
    runAsUser: securityContext.runAsUser ?? 1000,
    runAsGroup: securityContext.runAsGroup ?? 1000,
    fsGroup: securityContext.fsGroup ?? 1000,
    // Do not change the ownership of every file of many runs each time a pod starts.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

const placementFields = [
  'imagePullSecrets',
  'nodeSelector',
  'tolerations',
  'affinity',
  'topologySpreadConstraints',
  'priorityClassName',
  'serviceAccountName',
] as const satisfies readonly (keyof PodTemplate & keyof V1PodSpec)[];

/** Scheduling and identity as the user sets them; what is not set is left to the cluster, which validates the rest. */
function placement(template: PodTemplate): Partial<Json<V1PodSpec>> {
  const fields = placementFields.filter(field => template[field] !== undefined);
  return Object.fromEntries(fields.map(field => [field, template[field]]));
}
