/** The Events that `kubectl describe` shows of an object. */
import { list } from '../../../support/cluster/kubectl.ts';

export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Events about all objects of this kind and name, oldest first. */
export async function eventsOf(namespace: string, kind: string, name: string): Promise<RecordedEvent[]> {
  const events = (await list(namespace, 'events')) as unknown as (RecordedEvent & {
    readonly involvedObject: { readonly kind: string; readonly name: string };
    readonly metadata: { readonly creationTimestamp: string };
  })[];
  return events
    .filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name)
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .map(({ type, reason, message }) => ({ type, reason, message }));
}
