/** Reuse of static local volumes, which no provisioner creates or cleans: without it they stay Released for ever. */
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

/** Empties the volumes of a namespace, so that the next claim does not get another test's artifacts. */
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

/** Makes the Released volumes of a namespace Available. Their files are kept. */
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
