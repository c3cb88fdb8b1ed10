/**
 * What the pods of stages and of servers have in common: the restricted security profile, the volumes, and what the
 * user says about them. Where a user's label, annotation or variable has one of our names, ours wins: caches,
 * selectors and programs rely on them.
 */
import { components, fieldManager, labels } from '../../api/group.ts';
import type { PodTemplate, Resources } from '../../api/pod-template.ts';
import type { Settings } from '../observation.ts';

/** Where the artifacts' volume is mounted. */
export const artifactsPath = '/artifacts';

/** Where Kubernetes reads a container's last words. */
export const terminationMessagePath = '/dev/termination-log';

export interface PodParts {
  readonly settings: Settings;
  readonly template: PodTemplate | undefined;
  /** Ours, beyond any that the user adds. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly claimName: string;
  readonly artifactsReadOnly: boolean;
  /** The one container: name, args, ports, probes and whatever else only this kind of pod has. */
  readonly container: { readonly name: string; readonly [field: string]: unknown };
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** Fields of the pod's spec that only this kind of pod has, such as restartPolicy. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A pod template as Jobs and Deployments take it: `{metadata, spec}`. */
export function renderPodTemplate(parts: PodParts): {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
} {
  const { template = {} } = parts;
  const annotations = { ...template.annotations, ...parts.annotations };
  return {
    metadata: {
      labels: { ...template.labels, ...parts.labels },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: {
      ...placement(template),
      ...parts.spec,
      // Neither program speaks to the API server.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity(template),
      containers: [renderContainer(parts)],
      volumes: [
        {
          name: 'artifacts',
          persistentVolumeClaim: { claimName: parts.claimName, readOnly: parts.artifactsReadOnly },
        },
        { name: 'tmp', emptyDir: {} },
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
 * What the user doesn't say has the default. Of a quantity that the user limits or requests, neither default holds:
 * a default request above the user's limit, or a default limit below the user's request, would be refused.
 */
export function mergedResources(defaults: Resources, said: Resources = {}): Resources {
  const named = new Set([...Object.keys(said.requests ?? {}), ...Object.keys(said.limits ?? {})]);
  const kept = (quantities: Resources['limits'] = {}) =>
    Object.fromEntries(Object.entries(quantities).filter(([name]) => !named.has(name)));
  return {
    requests: { ...kept(defaults.requests), ...said.requests },
    limits: { ...kept(defaults.limits), ...said.limits },
  };
}

function renderContainer({
  settings,
  template = {},
  artifactsReadOnly,
  container,
  env,
  resources,
}: PodParts) {
  return {
    image: template.image ?? settings.image,
    imagePullPolicy: template.imagePullPolicy ?? settings.imagePullPolicy,
    ...container,
    env: mergedEnv(template.env ?? [], env),
    resources,
    volumeMounts: [
      { name: 'artifacts', mountPath: artifactsPath, readOnly: artifactsReadOnly },
      { name: 'tmp', mountPath: '/tmp' },
    ],
    terminationMessagePath,
    // A program that was killed wrote no last words: then the end of its log is kept instead.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function mergedEnv(said: readonly { name: string; value: string }[], ours: Readonly<Record<string, string>>) {
  const theirs = Object.fromEntries(said.map(({ name, value }) => [name, value]));
  return Object.entries({ ...theirs, ...ours }).map(([name, value]) => ({ name, value }));
}

function podSecurity({ securityContext = {} }: PodTemplate) {
  return {
    runAsNonRoot: true,
    runAsUser: securityContext.runAsUser ?? 1000,
    runAsGroup: securityContext.runAsGroup ?? 1000,
    fsGroup: securityContext.fsGroup ?? 1000,
    // A volume of many runs is not walked file by file each time a pod starts.
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
] as const;

/** Where the pod runs and who it is, in the user's words; what isn't said is left to the cluster. */
function placement(template: PodTemplate): Record<string, unknown> {
  const said = placementFields.filter(field => template[field] !== undefined);
  return Object.fromEntries(said.map(field => [field, template[field]]));
}
