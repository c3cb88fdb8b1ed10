/** Carries out a plan: the actions in their order, then the statuses, each followed by what it is the first to say. */
import { apiVersion } from '../api/group.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { ApiError } from '../kubernetes/client.ts';
import type { EventRecorder } from '../kubernetes/events.ts';
import type { KubernetesObject, RawObject, ResourceType } from '../kubernetes/resource.ts';
import type { Logger } from '../observability/log.ts';
import type { Transition } from '../observability/operator/transitions.ts';
import { createObject, OwnerChanged } from './create.ts';
import { deepEqual } from './decide/deep-equal.ts';
import { modelTransitions, runTransitions } from './measure/transitions.ts';
import type { Cached, Observation, Refusal } from './observation.ts';
import { type Action, type Announcements, objectName, type Plan } from './plan.ts';
import { isRetryable, refusalOf } from './refusal.ts';
import { models, trainingRuns } from './resources.ts';

export interface ReconcilerDeps {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'apply' | 'merge' | 'delete'>;
  /** Takes a write's answer into the cache of its kind. */
  readonly updateCache: (type: ResourceType, object: KubernetesObject) => void;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Announcements what a status says for the first time, once it is written. */
  readonly happened: (happening: Transition) => void;
  /** Announcements of every stage's Job that was created once the stage before had ended: seconds between the two. */
  readonly handedOver: (seconds: number) => void;
}

export type Outcome =
  | { readonly kind: 'Done' }
  /** What was observed is out of date, and the caches will soon know: look again. */
  | { readonly kind: 'Stale'; readonly message: string }
  /** `refusals` has those that the observation knew too. Statuses were written only if it knew them all. */
  | { readonly kind: 'Refused'; readonly refusals: readonly Refusal[] };

/** @throws ApiError for whatever may be better the next time. */
export async function act(plan: Plan, observation: Observation, deps: ReconcilerDeps): Promise<Outcome> {
  const refusals: Refusal[] = [];
  try {
    for (const action of plan.actions) {
      const refusal = await attempt(action, deps);
      if (refusal !== null) refusals.push(refusal);
      else logDone(action, observation, deps);
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

/** An update of something that has changed or gone since it was observed. */
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

async function attempt(action: Action, deps: ReconcilerDeps): Promise<Refusal | null> {
  try {
    return await carryOut(action, deps);
  } catch (error) {
    if (!(error instanceof ApiError) || isRetryable(error)) throw error;
    return refusalOf(action, error);
  }
}

function logDone(action: Action, { namespace, name: model }: Observation, { log }: ReconcilerDeps): void {
  const { kind, type } = action;
  log.debug({ namespace, model, action: kind, kind: type.kind, name: objectName(action) }, 'carried out');
}

/** Null: done. */
async function carryOut(action: Action, deps: ReconcilerDeps): Promise<Refusal | null> {
  switch (action.kind) {
    case 'Create': {
      const made = await createObject(action, deps.client);
      if (made.kind === 'NameTaken') return made.refusal;
      deps.updateCache(action.type, made.object);
      if (action.dueSince !== undefined) deps.handedOver((deps.now() - action.dueSince) / 1000);
      return null;
    }
    case 'Apply':
      deps.updateCache(action.type, await deps.client.apply(action.type, action.object));
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
 * The Model's first: its history says that a run was judged. The other way round, a run that says so and a Model that
 * was not written would be a promotion lost. The resourceVersion makes each the answer to what was observed.
 *
 * Each is counted and told before the next is written, which may fail: whoever looks again finds this one as it is, and
 * has no news of it.
 */
async function writeStatuses(plan: Plan, observation: Observation, deps: ReconcilerDeps): Promise<void> {
  const { runs, model } = observation;
  // What waits for no status is so by now.
  for (const [run, told] of plan.runAnnouncements)
    if (!plan.runStatuses.has(run)) announce(told, observation, deps);
  if (model !== null && plan.modelStatus !== null) {
    await writeStatus(models, model, plan.modelStatus, deps);
    modelTransitions(model.status, plan.modelStatus).forEach(deps.happened);
  }
  announce(plan.modelAnnouncements, observation, deps);
  for (const run of runs) {
    const status = plan.runStatuses.get(run.name);
    if (status === undefined) continue;
    await writeStatus(trainingRuns, run, status, deps);
    runTransitions(run.status, status).forEach(deps.happened);
    const told = plan.runAnnouncements.get(run.name);
    if (told !== undefined) announce(told, observation, deps);
  }
}

/** The log first: an Event may be lost. */
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

/** The client tries again when an answer was lost, and is then in conflict with what it wrote itself. */
async function writeStatus(
  type: ResourceType,
  of: Cached,
  status: unknown,
  deps: ReconcilerDeps,
): Promise<void> {
  const { namespace, name, uid, resourceVersion } = of;
  const object = { apiVersion, kind: type.kind, metadata: { namespace, name, uid, resourceVersion }, status };
  try {
    deps.updateCache(type, await deps.client.apply(type, object, 'status'));
  } catch (error) {
    if (!isConflict(error)) throw error;
    const found: RawObject<{ status: unknown }> | null = await deps.client.get(type, namespace, name);
    if (found?.metadata.uid !== uid || !deepEqual(found.status, status)) throw error;
    deps.updateCache(type, found);
  }
}
