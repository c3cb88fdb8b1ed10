/** Local volumes that no provisioner makes or cleans stay Released for ever: a cluster has only so many. */
import { kubectl, list } from './kubectl.ts';
import { runInCluster } from './pod.ts';

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly persistentVolumeReclaimPolicy: string;
    readonly storageClassName?: string;
    readonly claimRef?: { readonly namespace: string };
  };
  readonly status: { readonly phase: string };
}

/** Removes what is on the volumes of a namespace: the next claim of such a volume must not find another test's artifacts. */
export async function emptyVolumes(namespace: string): Promise<void> {
  const script = `import { readdir, rm } from 'node:fs/promises';
    const there = (await readdir('/artifacts')).filter(name => name !== 'lost+found');
    for (const name of there) await rm('/artifacts/' + name, { recursive: true });
    tell(there);`;
  for (const { metadata, status } of await list(namespace, 'persistentvolumeclaims')) {
    if (status?.phase !== 'Bound') continue;
    await runInCluster(namespace, script, { claim: metadata.name, readOnly: false });
  }
}

/** Makes the released volumes of a namespace available again, where nobody else would. Their files stay. */
export async function freeVolumes(namespace: string): Promise<void> {
  const [volumes, classes] = await Promise.all([
    kubectl('get', 'persistentvolumes', '-o', 'json'),
    kubectl('get', 'storageclasses', '-o', 'json'),
  ]);
  const unprovisioned = new Set(
    (JSON.parse(classes).items as { metadata: { name: string }; provisioner: string }[])
      .filter(({ provisioner }) => provisioner === 'kubernetes.io/no-provisioner')
      .map(({ metadata }) => metadata.name),
  );
  const patch = JSON.stringify([{ op: 'remove', path: '/spec/claimRef' }]);
  for (const { metadata, spec, status } of JSON.parse(volumes).items as Volume[]) {
    const ours = spec.claimRef?.namespace === namespace && status.phase === 'Released';
    const stays =
      spec.persistentVolumeReclaimPolicy === 'Retain' && unprovisioned.has(spec.storageClassName ?? '');
    if (ours && stays)
      await kubectl('patch', 'persistentvolume', metadata.name, '--type=json', `--patch=${patch}`);
  }
}
