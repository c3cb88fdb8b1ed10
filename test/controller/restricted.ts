/** The rules of the restricted Pod Security Standard that a pod of the operator could violate. */

type Json = Readonly<Record<string, unknown>>;

/** The names of the rules that a pod's spec violates; empty if it may run in a restricted namespace. */
export function restrictedViolations(spec: Json): string[] {
  const pod = (spec.securityContext ?? {}) as Json;
  const containers = [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap(
    list => (list ?? []) as Json[],
  );
  const volumes = (spec.volumes ?? []) as Json[];
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter(field => spec[field] === true),
    ...volumes.flatMap(({ name, ...source }) =>
      Object.keys(source)
        .filter(kind => !allowedVolumes.includes(kind))
        .map(kind => `volume ${kind}`),
    ),
    ...containers.flatMap(container => containerViolations(container, pod)),
  ];
}

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function containerViolations(container: Json, pod: Json): string[] {
  const own = (container.securityContext ?? {}) as Json;
  const capabilities = (own.capabilities ?? {}) as { drop?: string[]; add?: string[] };
  const seccomp = (own.seccompProfile ?? pod.seccompProfile ?? {}) as Json;
  const ports = (container.ports ?? []) as Json[];
  const rules: [string, boolean][] = [
    ['runAsNonRoot', (own.runAsNonRoot ?? pod.runAsNonRoot) === true],
    ['runAsUser', (own.runAsUser ?? pod.runAsUser) !== 0],
    ['allowPrivilegeEscalation', own.allowPrivilegeEscalation === false],
    ['privileged', own.privileged !== true],
    ['capabilities.drop', capabilities.drop?.includes('ALL') === true],
    ['capabilities.add', (capabilities.add ?? []).every(name => name === 'NET_BIND_SERVICE')],
    ['seccompProfile', seccomp.type === 'RuntimeDefault' || seccomp.type === 'Localhost'],
    ['hostPort', ports.every(({ hostPort }) => hostPort === undefined)],
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}
