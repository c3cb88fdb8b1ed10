/** One value other than the default for every value of the chart, by path, chosen to collide with what the chart sets. */

const labels = {
  'app.kubernetes.io/name': 'other',
  'app.kubernetes.io/instance': 'other',
  'app.kubernetes.io/component': 'server',
  'app.kubernetes.io/part-of': 'platform',
  'helm.sh/chart': 'other',
  team: 'true',
};
const annotations = {
  'helm.sh/resource-policy': 'delete',
  'helm.sh/hook': 'pre-install',
  grafana_folder: 'other',
  team: '1',
};
const probe = {
  initialDelaySeconds: 7,
  periodSeconds: 7,
  timeoutSeconds: 7,
  successThreshold: 1,
  failureThreshold: 7,
};

export const sampleValues: Readonly<Record<string, unknown>> = {
  enabled: true,
  nameOverride: '123',
  fullnameOverride: 'true',
  namespaceOverride: '123',
  commonLabels: labels,
  commonAnnotations: annotations,
  'image.registry': 'registry.test:5000',
  'image.repository': 'team/image',
  'image.tag': '1.10',
  'image.digest': `sha256:${'0'.repeat(64)}`,
  'image.pullPolicy': 'Always',
  imagePullSecrets: [{ name: 'null' }],
  'workloads.image': 'workloads:1',
  'workloads.imagePullPolicy': 'Never',
  'workloads.allowed': {
    images: ['registry.test/team/*'],
    environment: ['true', "it's"],
    labels: ['*'],
    annotations: ['a/<b>&'],
    claims: ['123'],
  },
  'workloads.networkPolicy': { enabled: false, egress: [{ ports: [{ port: 3128 }] }] },
  'workloads.admissionPolicy': false,
  'crds.enabled': false,
  'crds.keep': false,
  'crds.annotations': annotations,
  watchNamespaces: ['123', 'b'],
  yahooHost: 'http://yahoo.test:8080',
  concurrency: 8,
  resyncSeconds: 86400,
  stopSeconds: 20,
  logLevel: 'debug',
  'leaderElection.enabled': false,
  'leaderElection.leaseName': '123',
  replicas: 0,
  revisionHistoryLimit: 0,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0 } },
  terminationGracePeriodSeconds: 60,
  'resources.requests': { cpu: 1, memory: '64Mi' },
  'resources.limits': { cpu: '2', memory: '1Gi' },
  'resources.claims': [{ name: 'claim' }],
  livenessProbe: { ...probe, terminationGracePeriodSeconds: 7 },
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: { preStop: { sleep: { seconds: 1 } } },
  podSecurityContext: { runAsUser: 2000, fsGroup: 2000 },
  securityContext: { runAsNonRoot: true },
  deploymentAnnotations: annotations,
  podLabels: labels,
  podAnnotations: annotations,
  nodeSelector: { disk: 'true' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  priorityClassName: '123',
  runtimeClassName: '123',
  schedulerName: '123',
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  dnsPolicy: 'Default',
  dnsConfig: { nameservers: ['10.0.0.2'] },
  extraArgs: ['--log-level=debug', 'true'],
  extraEnv: [
    { name: 'NODE_OPTIONS', value: '--use-openssl-ca' },
    { name: 'BELLWETHER_LOG_LEVEL', value: 'trace' },
    { name: 'HTTPS_PROXY', value: 'http://proxy.test' },
  ],
  extraEnvFrom: [{ configMapRef: { name: 'c' } }],
  extraVolumes: [
    { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'extra', emptyDir: {} },
  ],
  extraVolumeMounts: [
    { name: 'tmp', mountPath: '/tmp', subPath: 'a' },
    { name: 'tmp', mountPath: '/extra' },
  ],
  initContainers: [{ name: 'init', image: 'init:1' }],
  extraContainers: [{ name: 'sidecar', image: 'sidecar:1' }],
  extraObjects: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: '{{ include "bellwether.fullname" . }}-a', namespace: '{{ .Release.Namespace }}' },
    },
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-b, namespace: {{ .Release.Namespace }}}\n',
  ],
  'serviceAccount.create': false,
  'serviceAccount.name': '123',
  'serviceAccount.labels': labels,
  'serviceAccount.annotations': annotations,
  'rbac.create': false,
  'rbac.aggregate': false,
  'service.type': 'NodePort',
  'service.port': 80,
  'service.ipFamilyPolicy': 'PreferDualStack',
  'service.ipFamilies': ['IPv6', 'IPv4'],
  'service.labels': labels,
  'service.annotations': annotations,
  'auth.secretName': '123',
  'tls.secretName': '456',
  'rateLimit.requestsPerSecond': 0.5,
  'rateLimit.burst': 7,
  'serviceMonitor.authorization': { credentials: { name: 'other', key: 'scraper' } },
  'serviceMonitor.tlsConfig': { insecureSkipVerify: true },
  'serviceMonitor.enabled': true,
  'serviceMonitor.namespace': '123',
  'serviceMonitor.labels': labels,
  'serviceMonitor.annotations': annotations,
  'serviceMonitor.interval': '1m',
  'serviceMonitor.scrapeTimeout': '5s',
  'serviceMonitor.relabelings': [{ targetLabel: 'cluster', replacement: 'a' }],
  'serviceMonitor.metricRelabelings': [{ action: 'labeldrop', regex: 'pod' }],
  'podDisruptionBudget.enabled': true,
  'podDisruptionBudget.minAvailable': 0,
  'podDisruptionBudget.maxUnavailable': '50%',
  'networkPolicy.enabled': true,
  'networkPolicy.from': [{ namespaceSelector: {} }],
  'networkPolicy.egress': [{ ports: [{ port: 443 }] }],
  'networkPolicy.apiServerPorts': [8443],
  'prometheusRule.enabled': true,
  'prometheusRule.namespace': '123',
  'prometheusRule.labels': labels,
  'prometheusRule.annotations': annotations,
  'prometheusRule.runbookUrl': 'https://wiki.test/runbook',
  'prometheusRule.aggregationLabels': ['cluster', 'region'],
  'prometheusRule.disabled': ['BellwetherRunStuck'],
  'prometheusRule.overrides': { BellwetherPredictSlow: { severity: 'page', for: '1h' } },
  'dashboards.enabled': true,
  'dashboards.namespace': '123',
  'dashboards.labels': labels,
  'dashboards.annotations': annotations,
  'dashboards.folder': 'true',
  global: { anything: true },
};

/** Values as the chart takes them, from values by path. */
export function nested(values: Iterable<readonly [path: string, value: unknown]>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const [name = '', inner] = path.split('.');
    if (inner === undefined) result[name] = value;
    else result[name] = { ...(result[name] as object | undefined), [inner]: value };
  }
  return result;
}

/**
 * Selections of the values for which every two values are selected together, each without the other, and (with the empty
 * selection) neither: each value is in its own 6 of 11 selections.
 */
export function pairwiseSelections(paths: readonly string[]): string[][] {
  const rows = 11;
  const selections: string[][] = Array.from({ length: rows }, () => []);
  let next = 0;
  for (const path of paths) {
    while (bitsIn(next) !== 6) next++;
    if (next >= 2 ** rows) throw new Error('too many values: more selections are needed');
    for (const [row, selection] of selections.entries()) {
      if ((next >> row) & 1) selection.push(path);
    }
    next++;
  }
  return selections;
}

function bitsIn(number: number): number {
  return number.toString(2).replaceAll('0', '').length;
}
