/** Pods that a test starts in the cluster, conforming to the restricted profile. */
import { randomBytes } from 'node:crypto';
import { image, testImage } from './images.ts';
import { apply, get, kubectl } from './kubectl.ts';
import { until } from './wait.ts';

export interface PodOptions {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Its HTTP port, for discovery by container port. */
  readonly port?: number;
  /** A claim to mount at /artifacts. */
  readonly claim?: string;
  /** Whether the claim is mounted read-only; default true. */
  readonly readOnly?: boolean;
}

export interface StartedPod {
  readonly name: string;
  /** Waits until it has terminated and returns its log. @throws Error with the log if it failed. */
  finished(limitSeconds?: number): Promise<string>;
}

/** Creates a pod without waiting for it. */
export async function startPod(namespace: string, options: PodOptions): Promise<StartedPod> {
  const { name } = options;
  await apply(namespace, podManifest(options));
  return {
    name,
    finished: async limitSeconds => {
      const phase = await until(
        `pod ${name} has ended`,
        namespace,
        async () => {
          const found = await get(namespace, `pod/${name}`);
          return ['Succeeded', 'Failed'].includes(found?.status?.phase) && found?.status?.phase;
        },
        limitSeconds,
      );
      const log = await kubectl('logs', name, '--namespace', namespace);
      await kubectl('delete', 'pod', name, '--namespace', namespace, '--wait=false');
      if (phase === 'Failed') throw new Error(`pod ${name} failed:\n${log}`);
      return log;
    },
  };
}

/**
 * Runs a JavaScript module in a pod and returns the value that it passes to `tell`. `claim` is mounted at /artifacts.
 */
export async function runInCluster<T>(
  namespace: string,
  script: string,
  options: Pick<PodOptions, 'claim' | 'readOnly' | 'env'> = {},
): Promise<T> {
  const pod = await startPod(namespace, {
    name: `client-${randomBytes(3).toString('hex')}`,
    image,
    command: ['node', '--input-type=module', '--eval'],
    args: [`const tell = value => console.log('result ' + JSON.stringify(value));\n${script}`],
    ...options,
  });
  const log = await pod.finished();
  const [, result] = /^result (.*)$/m.exec(log) ?? [];
  if (result === undefined) throw new Error(`the script did not call tell():\n${log}`);
  return JSON.parse(result);
}

/** Starts a program of the test image as a pod with a Service of the same name, and waits until it is ready. */
export async function startService(
  namespace: string,
  options: Omit<PodOptions, 'image'>,
  ports: readonly number[],
): Promise<void> {
  const { name } = options;
  const labels = { 'bellwether.dev/test-pod': name };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: ports.map(port => ({ name: `port-${port}`, port })) },
  };
  await apply(namespace, podManifest({ ...options, image: testImage, labels }), service);
  await kubectl('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=120s', '--namespace', namespace);
}

const user = 1000;

/** The restricted profile's security contexts of pod and container, for user 1000. */
export const restricted = {
  pod: {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  },
  container: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
} as const;

function podManifest(options: PodOptions) {
  const { name, image, command, args, env = {}, labels, port, claim, readOnly = true } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: restricted.pod,
      containers: [
        {
          name: 'main',
          ports: port === undefined ? [] : [{ name: 'http', containerPort: port }],
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          args,
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } },
          volumeMounts: claim === undefined ? [] : [{ name: 'artifacts', mountPath: '/artifacts', readOnly }],
          securityContext: restricted.container,
        },
      ],
      volumes:
        claim === undefined ? [] : [{ name: 'artifacts', persistentVolumeClaim: { claimName: claim } }],
    },
  };
}
