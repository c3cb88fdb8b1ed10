/** Local volumes that no provisioner makes or cleans stay Released for ever: a cluster has only so many. */
import { kubectl } from './kubectl.ts';

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly persistentVolumeReclaimPolicy: string;
    readonly storageClassName?: string;
    readonly claimRef?: { readonly namespace: string };
  };
  readonly status: { readonly phase: string };
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
