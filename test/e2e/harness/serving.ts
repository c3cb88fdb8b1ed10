/** A Model's servers: their state, and the version that answers. */
import type { Champion, HistoryEntry } from '../../../src/api/model.ts';
import { type Found, get, kubectl, list } from '../../../support/cluster/kubectl.ts';
import { conditionOf, until } from '../../../support/cluster/wait.ts';

const ofServers = (model: string) => `bellwether.dev/model=${model},app.kubernetes.io/component=server`;

/** The servers' pods, except those being deleted. */
export async function serversOf(namespace: string, model: string): Promise<Found[]> {
  const pods = await list(namespace, 'pods', ofServers(model));
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The version that answers at the Service, through the API server's proxy. @throws Error without a ready server. */
export async function versionAnswering(namespace: string, model: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/services/${model}:http/proxy/health`;
  return JSON.parse(await kubectl('get', '--raw', path)).version;
}

/** Waits until all desired servers run this version. Older ones may still be terminating. */
export function untilServed(
  namespace: string,
  model: string,
  { version, servers = 1 }: { readonly version: string; readonly servers?: number },
  limitSeconds?: number,
): Promise<Found> {
  return until(
    `${servers} servers of model/${model} are of version ${version}`,
    namespace,
    async () => {
      const [found, pods] = await Promise.all([
        get(namespace, `model/${model}`),
        serversOf(namespace, model),
      ]);
      const reported =
        found?.status?.champion?.version === version &&
        found.status.serving?.version === version &&
        found.status.readyReplicas === servers &&
        conditionOf(found, 'Progressing')?.reason === 'Complete';
      const present =
        pods.length === servers &&
        pods.every(({ metadata }) => metadata.labels?.['bellwether.dev/version'] === version);
      return reported && present && found;
    },
    limitSeconds,
  );
}

/** Waits until no server is terminating. */
export async function untilDrained(namespace: string, model: string): Promise<void> {
  await until(`no server of model/${model} is terminating`, namespace, async () => {
    const [all, staying] = await Promise.all([
      list(namespace, 'pods', ofServers(model)),
      serversOf(namespace, model),
    ]);
    return all.length === staying.length;
  });
}

/** Newest first. */
export async function historyOf(namespace: string, model: string): Promise<HistoryEntry[]> {
  return (await get(namespace, `model/${model}`))?.status?.history ?? [];
}

export async function championOf(namespace: string, model: string): Promise<Champion | undefined> {
  return (await get(namespace, `model/${model}`))?.status?.champion;
}

/** `reason: message` of the Events about an object, such as `Model` `aapl`. */
export async function eventsAbout(namespace: string, kind: string, name: string): Promise<string[]> {
  const selector = `--field-selector=involvedObject.kind=${kind},involvedObject.name=${name}`;
  const output = await kubectl('get', 'events', '--namespace', namespace, selector, '-o', 'json');
  const events: { reason: string; message: string }[] = JSON.parse(output).items;
  return events.map(({ reason, message }) => `${reason}: ${message}`);
}

/** The columns of `kubectl get`, by their headings. */
export async function columnsOf(namespace: string, what: string): Promise<Record<string, string>> {
  const [heading = '', line = ''] = (await kubectl('get', what, '--namespace', namespace)).trim().split('\n');
  // Headings may contain single spaces; columns are at least three spaces apart.
  const names = heading.trim().split(/ {2,}/);
  const values = line.trim().split(/ {2,}/);
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
}
