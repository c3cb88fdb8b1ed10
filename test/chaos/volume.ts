/** A volume of limited size for one lane: a memory file system on the node. Without access to the node, the default class. */
import { apply, kubectl, list } from '../../support/cluster/kubectl.ts';
import { canPrepareVolumes, onNode } from './commands.ts';

export interface LaneVolume {
  setReadOnly(yes: boolean): Promise<unknown>;
  remove(): Promise<void>;
}

export const claimName = 'artifacts';
const size = '48m';

export async function createVolume(namespace: string): Promise<LaneVolume | null> {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '40Mi' } } };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claimName } };
  if (!canPrepareVolumes) {
    await apply(namespace, { ...claim, spec });
    return null;
  }
  const path = `/var/lib/bellwether-chaos/${namespace}`;
  await onNode(`mkdir -p ${path} && mount -t tmpfs -o size=${size},mode=777 tmpfs ${path}`);
  const node = (await list('default', 'nodes'))[0]?.metadata.labels?.['kubernetes.io/hostname'] ?? '';
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  await apply(
    namespace,
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: namespace, labels: { 'bellwether.dev/test': 'true' } },
      spec: {
        capacity: { storage: '40Mi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: namespace,
        persistentVolumeReclaimPolicy: 'Retain',
        local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
        claimRef: { namespace, name: claimName },
      },
    },
    { ...claim, spec: { ...spec, storageClassName: namespace, volumeName: namespace } },
  );
  return {
    setReadOnly: yes => onNode(`mount -o remount,${yes ? 'ro' : 'rw'} ${path}`),
    remove: async () => {
      await kubectl('delete', 'persistentvolume', namespace, '--ignore-not-found', '--wait=false');
      await onNode(`umount -l ${path} && rmdir ${path}`);
    },
  };
}
