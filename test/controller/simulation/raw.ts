/** Objects as the API server stores them, and helpers that read them. */
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { labels } from '../../../src/api/group.ts';

// biome-ignore lint/suspicious/noExplicitAny: the simulation reads any field of stored objects
export type Raw = any;

export const namespace = 'default';
/** The one Model that all runs compete for. */
export const model = 'm';

/** Images that the operator allows, beside its own. */
export const allowedImages = ['wrong:v1', 'right:v1'];
export const forbiddenImage = 'forbidden:v1';

/** uid of the first owner; undefined if there is none. */
export function ownerOf({ metadata }: Raw): string | undefined {
  return metadata.ownerReferences?.[0]?.uid;
}

export function stageOf({ metadata }: Raw): StageName | undefined {
  return stageNames.find(stage => stage.toLowerCase() === metadata.labels?.[labels.stage]);
}

export function runOf({ metadata }: Raw): string {
  return metadata.labels?.[labels.run];
}

/** A pod whose container has not ended. */
export function isLive({ status }: Raw): boolean {
  return status.phase === 'Pending' || status.phase === 'Running';
}

export function isDeleting({ metadata }: Raw): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isTrue(status: Raw, type: string): boolean {
  return conditionOf(status, type)?.status === 'True';
}

export function conditionOf(status: Raw, type: string): Raw {
  return (status?.conditions ?? []).find((condition: Raw) => condition.type === type);
}

/** Complete or Failed; for runs and for Jobs. */
export function endOf({ status }: Raw): 'Complete' | 'Failed' | undefined {
  return (['Complete', 'Failed'] as const).find(type => isTrue(status, type));
}
