/** Whether a child of a Model is applied again: because of its digest, of fields that others have changed, or of its birth. */
import type { KubernetesObject, ResourceType } from '../../../kubernetes/resource.ts';
import type { AppliedState, Cached, ModelResource, Settings } from '../../observation.ts';
import type { Action, Announcements } from '../../plan.ts';
import { appliedDigest, withAppliedDigest, withOperator } from '../../render/applied.ts';
import { findCondition } from '../conditions.ts';
import { modelAnnouncements } from '../event.ts';
import {
  type Contention,
  endOfContention,
  formatContention,
  isReported,
  nextTakeOver,
  type Rival,
  readContention,
  takenOver,
} from './contention.ts';
import { type LostField, lostFields } from './lost-fields.ts';
import { ownReasons, reasons } from './reasons.ts';

export interface ChildContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly settings: Pick<Settings, 'operator'>;
  readonly model: ModelResource;
}

export interface ChildDecision {
  /** Null when the child is as desired, and while another take-over has to wait. */
  readonly action: Action | null;
  /** The fields that others have changed. */
  readonly lost: readonly LostField[];
  /** Who changes the child in turn, for the conditions; null when there is no contention. */
  readonly contention: string | null;
  /** When to decide again although nothing has changed, in milliseconds since the epoch. */
  readonly requeueAt: number | null;
}

interface ApplyOptions {
  /** Whether the child is known to differ although it has the digest of the desired object. */
  readonly differs?: boolean;
  /** Whether to take it over from another operator without waiting. */
  readonly urgent?: boolean;
}

/** The reason of the Event about fields or objects that were restored. */
const driftCorrected = 'DriftCorrected';

/** The number of fields that an Event names. */
const namedFields = 5;

/**
 * Creates a missing child, with an Event if an earlier decision has created it.
 * @param mayBeLost false if no earlier decision can have created it.
 */
export function createChild(
  type: ResourceType,
  object: KubernetesObject,
  context: ChildContext,
  mayBeLost = true,
): Action {
  const announcements =
    mayBeLost && existedBefore(context.model)
      ? restored(context.model, `${type.kind} ${object.metadata.name} was deleted or had lost its labels`)
      : undefined;
  return {
    kind: 'Create',
    by: 'Apply',
    type,
    object: withOperator(object, context.settings.operator),
    ...(announcements && { announcements }),
  };
}

/**
 * @param existing the Model's own child
 */
export function applyChild(
  type: ResourceType,
  object: KubernetesObject,
  existing: Cached & AppliedState,
  context: ChildContext,
  { differs = false, urgent = false }: ApplyOptions = {},
): ChildDecision {
  const { now, model, settings } = context;
  const { ownership, uid } = existing;
  const isApplied = existing.appliedDigest === appliedDigest(object);
  // With another digest, the operator's own fields differ too.
  const lost = isApplied ? lostFields(withAppliedDigest(object), ownership) : [];
  const before = readContention(existing.contention, now);
  const decided = (contention: Contention | null, holder: string | null) => ({
    lost,
    ...reportOf(contention, holder),
  });
  if (isApplied && !differs && lost.length === 0 && !ownership.needsHandOver) {
    return { action: null, ...decided(before, existing.appliedBy) };
  }
  const rival = rivalOf(existing, isApplied, lost, settings.operator);
  const next = rival === null || urgent ? 0 : nextTakeOver(before, rival);
  if (now < next) return { action: null, ...decided(before, existing.appliedBy), requeueAt: next };
  const contention = rival === null ? before : takenOver(before, rival, now);
  const annotation = contention === null ? undefined : formatContention(contention);
  const announcements =
    lost.length === 0 ? undefined : restored(model, `${type.kind} ${existing.name}: ${describeLost(lost)}`);
  const action: Action = {
    kind: 'Apply',
    type,
    object: withOperator(object, settings.operator, annotation),
    uid,
    handOver: ownership.needsHandOver,
    ...(announcements && { announcements }),
  };
  return { action, ...decided(contention, settings.operator) };
}

/** Such as `spec.replicas was changed by kubectl; spec.selector was removed`. */
export function describeLost(lost: readonly LostField[]): string {
  const named = lost
    .slice(0, namedFields)
    .map(({ path, manager }) => `${path} was ${manager === null ? 'removed' : `changed by ${manager}`}`);
  const more = lost.length - named.length;
  return [...named, ...(more > 0 ? [`${more} other fields were changed`] : [])].join('; ');
}

/** The other operator or manager that the child is taken over from; null for a change of the operator's own object. */
function rivalOf(
  { appliedBy }: AppliedState,
  isApplied: boolean,
  [first]: readonly LostField[],
  operator: string,
): Rival | null {
  if (first !== undefined) return `field manager ${first.manager ?? 'unknown'}`;
  return isApplied || appliedBy === null || appliedBy === operator ? null : operatorText(appliedBy);
}

function operatorText(operator: string): Rival {
  return `operator ${operator}`;
}

function reportOf(
  contention: Contention | null,
  holder: string | null,
): Pick<ChildDecision, 'contention' | 'requeueAt'> {
  if (contention === null || holder === null || !isReported(contention)) {
    return { contention: null, requeueAt: null };
  }
  // In a fixed order: both operators must write the same status.
  const parties = [operatorText(holder), contention.from].toSorted();
  return { contention: parties.join(' and '), requeueAt: endOfContention(contention) };
}

/** Whether an earlier decision with the same spec has created every child, so that a missing one was deleted. */
function existedBefore({ generation, status }: ModelResource): boolean {
  const progressing = findCondition(status.conditions, 'Progressing');
  return (
    status.url !== undefined &&
    progressing?.observedGeneration === generation &&
    progressing.reason !== reasons.nameTaken &&
    ownReasons.includes(progressing.reason)
  );
}

function restored(model: ModelResource, what: string): Announcements {
  return modelAnnouncements(model, [
    { type: 'Warning', reason: driftCorrected, message: `${what}; restored.` },
  ]);
}
