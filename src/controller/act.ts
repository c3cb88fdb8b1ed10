/** Carries out a plan: its actions in order, then its statuses, each followed by its announcements. */
import { apiVersion } from '../api/group.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { ApiError } from '../kubernetes/client.ts';
import type { EventRecorder } from '../kubernetes/events.ts';
import type { KubernetesObject, RawObject, ResourceType } from '../kubernetes/resource.ts';
import type { Logger } from '../observability/log.ts';
import type { Transition } from '../observability/operator/transitions.ts';
import { applyExisting, createObject, OwnerChanged } from './create.ts';
import { deepEqual } from './decide/deep-equal.ts';
import { modelTransitions, runTransitions } from './measure/transitions.ts';
import type { Cached, Observation, Refusal } from './observation.ts';
import { type Action, type Announcements, objectName, type Plan } from './plan.ts';
import { isRefusal, refusalOf } from './refusal.ts';
import { claims, jobs, models, trainingRuns } from './resources.ts';

export interface ReconcilerDeps {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'apply' | 'patch' | 'merge' | 'delete'>;
  /** Updates the cache of that type with the response to a write. */
  readonly updateCache: (type: ResourceType, object: KubernetesObject) => void;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Counts a transition, once the status that records it has been written. */
  readonly countTransition: (transition: Transition) => void;
  /** Measures the seconds between the end of a stage and the creation of the next stage's Job. */
  readonly observeHandover: (seconds: number) => void;
}

export type Outcome =
  | { readonly kind: 'Done' }
  /** The observation is out of date: reconcile again when the caches have caught up. */
  | { readonly kind: 'Stale'; readonly message: string }
  /** All refusals of this plan. Statuses were written only if the observation already had each of them. */
  | { readonly kind: 'Refused'; readonly refusals: readonly Refusal[] };

/** @throws ApiError if a retry may succeed */
export async function act(plan: Plan, observation: Observation, deps: ReconcilerDeps): Promise<Outcome> {
  const refusals: Refusal[] = [];
  try {
    if (plan.actions.some(changesServers)) await confirmModel(observation, deps);
    for (const action of plan.actions) {
      // Its pods would mount another owner's claim.
      if (action.kind === 'Create' && action.type === jobs && refusals.some(isForeignClaim)) continue;
      const refusal = await tryAction(action, deps);
      if (refusal !== null) refusals.push(refusal);
      else carriedOut(action, observation, deps);
    }
    if (refusals.some(refusal => !isKnown(refusal, observation.refusals)))
      return { kind: 'Refused', refusals };
    await writeStatuses(plan, observation, deps);
  } catch (error) {
    if (isStale(error)) return { kind: 'Stale', message: error.message };
    throw error;
  }
  return refusals.length > 0 ? { kind: 'Refused', refusals } : { kind: 'Done' };
}

const isForeignClaim = ({ kind, reason }: Refusal) => kind === claims.kind && reason === 'NameTaken';

function changesServers(action: Action): boolean {
  const { kind, type } = action;
  if (kind === 'Create') return action.by === 'Apply';
  return kind === 'Apply' || (kind === 'Delete' && type !== trainingRuns && type !== jobs);
}

/**
 * Servers follow from the Model alone. After a change of leader or a restart its cache may be older than the servers, which
 * would go back to an earlier spec or champion.
 */
async function confirmModel({ model }: Observation, { client }: ReconcilerDeps): Promise<void> {
  if (model === null) return;
  const { namespace, name, uid, resourceVersion } = model;
  const found = await client.get(models, namespace, name);
  if (found?.metadata.uid !== uid || found.metadata.resourceVersion !== resourceVersion)
    throw new OwnerChanged(`Model ${name} has changed since it was observed`);
}

/** The object was changed or deleted after it was observed. */
function isStale(error: unknown): error is Error {
  return (
    error instanceof OwnerChanged || isConflict(error) || (error instanceof ApiError && error.code === 404)
  );
}

function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.reason === 'Conflict';
}

function isKnown(refusal: Refusal, known: readonly Refusal[]): boolean {
  return known.some(({ kind, name }) => kind === refusal.kind && name === refusal.name);
}

async function tryAction(action: Action, deps: ReconcilerDeps): Promise<Refusal | null> {
  try {
    return await perform(action, deps);
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(action, error)) throw error;
    return refusalOf(action, error);
  }
}

function carriedOut(action: Action, observation: Observation, deps: ReconcilerDeps): void {
  const { kind, type } = action;
  const { namespace, name: model } = observation;
  deps.log.debug(
    { namespace, model, action: kind, kind: type.kind, name: objectName(action) },
    'action carried out',
  );
  if ('announcements' in action && action.announcements !== undefined)
    announce(action.announcements, observation, deps);
}

/** Null if the action succeeded. */
async function perform(action: Action, deps: ReconcilerDeps): Promise<Refusal | null> {
  switch (action.kind) {
    case 'Create': {
      const created = await createObject(action, deps.client);
      if (created.kind === 'NameTaken') return created.refusal;
      deps.updateCache(action.type, created.object);
      if (action.dueSince !== undefined) deps.observeHandover((deps.now() - action.dueSince) / 1000);
      return null;
    }
    case 'Apply':
      deps.updateCache(action.type, await applyExisting(action, deps.client));
      return null;
    case 'Merge': {
      const { type, namespace, name, patch } = action;
      deps.updateCache(type, await deps.client.merge(type, namespace, name, patch));
      return null;
    }
    case 'Delete': {
      const { type, namespace, name, uid, propagation } = action;
      await deps.client.delete(type, namespace, name, { uid, propagation });
      return null;
    }
  }
}

/**
 * Writes the Model's status first, since its history records which runs were judged. If a run's status came first and
 * the Model's then failed, the promotion would be lost. The resourceVersion ensures that each status follows from the
 * observed object.
 *
 * Each status is counted and announced before the next one is written. If that write fails, the next reconciliation
 * observes this status as it is and does not announce it again.
 */
async function writeStatuses(plan: Plan, observation: Observation, deps: ReconcilerDeps): Promise<void> {
  const { runs, model } = observation;
  for (const [run, announcements] of plan.runAnnouncements)
    if (!plan.runStatuses.has(run)) announce(announcements, observation, deps);
  let isWritten = true;
  if (model !== null && plan.modelStatus !== null) {
    isWritten = await writeStatus(models, model, plan.modelStatus, deps);
    if (isWritten) modelTransitions(model.status, plan.modelStatus).forEach(deps.countTransition);
  }
  if (isWritten) announce(plan.modelAnnouncements, observation, deps);
  for (const run of runs) {
    const status = plan.runStatuses.get(run.name);
    if (status === undefined) continue;
    if (!(await writeStatus(trainingRuns, run, status, deps))) continue;
    runTransitions(run.status, status).forEach(deps.countTransition);
    const announcements = plan.runAnnouncements.get(run.name);
    if (announcements !== undefined) announce(announcements, observation, deps);
  }
}

/** Writes log lines first, since Events may be lost. */
function announce(
  { events, notes }: Announcements,
  { namespace, name }: Observation,
  deps: ReconcilerDeps,
): void {
  for (const { type, message, ...about } of notes) {
    const level = type === 'Warning' ? 'warn' : 'info';
    deps.log[level]({ namespace, model: name, ...about }, message);
  }
  for (const { message, ...event } of events) {
    deps.events.record({ ...event, action: event.reason, note: message });
  }
}

/**
 * Without a response, and if the client has sent the write again, which then conflicts with the first one, the stored
 * object shows whether the status was written.
 * @returns false if another process has written the same status, and so has announced and counted it
 */
async function writeStatus(
  type: ResourceType,
  observed: Cached,
  status: unknown,
  deps: ReconcilerDeps,
): Promise<boolean> {
  const { namespace, name, uid, resourceVersion } = observed;
  const object = { apiVersion, kind: type.kind, metadata: { namespace, name, uid, resourceVersion }, status };
  try {
    deps.updateCache(type, await deps.client.apply(type, object, { subresource: 'status' }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || !mayBeWritten(error)) throw error;
    const found: RawObject<{ status: unknown }> | null = await deps.client.get(type, namespace, name);
    if (found?.metadata.uid !== uid || !deepEqual(found.status, status)) throw error;
    deps.updateCache(type, found);
    return error.code === 0 || error.isResent;
  }
}

/** A process that has lost its Lease has not sent the write, and another one may have written the same. */
function mayBeWritten({ code, reason }: ApiError): boolean {
  return reason === 'Conflict' || (code === 0 && reason !== 'NotLeading');
}
