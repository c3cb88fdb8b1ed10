/** Deterministic names of created objects, so that repeated attempts create each object once. */
import { createHash } from 'node:crypto';
import { claimSuffix } from '../api/allowed.ts';
import type { StageName } from '../api/artifacts.ts';

const maximumLength = 63;

/** The name of a stage's Job: `<run>-<stage>`, shortened with a digest if that is too long. */
export function jobName(run: string, stage: StageName): string {
  return shorten(run, `-${stage.toLowerCase()}`);
}

/** The name of the claim that is created for a Model's artifacts. */
export function claimName(model: string): string {
  return `${model}${claimSuffix}`;
}

/** The name of the NetworkPolicy of a Model's Jobs. A Model's own name has no dot, so no other Model has it. */
export function jobsPolicyName(model: string): string {
  return `${model}.jobs`;
}

/** The name of the NetworkPolicy of a Model's pods that fetch bars. */
export function fetchPolicyName(model: string): string {
  return `${model}.fetch`;
}

/** The name of the run that a Model's schedule creates for one of its times, in milliseconds since the epoch. */
export function scheduledRunName(model: string, time: number): string {
  return shorten(model, `-${Math.floor(time / 60_000)}`);
}

/** The name of the Score Job for one of its scheduled times, in milliseconds since the epoch. */
export function scoreJobName(model: string, time: number): string {
  return shorten(model, `-score-${Math.floor(time / 60_000)}`);
}

/** `stem + suffix` in at most 63 characters; a shortened stem is followed by a digest of the whole stem. */
function shorten(stem: string, suffix: string): string {
  if (stem.length + suffix.length <= maximumLength) return stem + suffix;
  const digest = createHash('sha256').update(stem).digest('hex').slice(0, 8);
  const kept = stem.slice(0, maximumLength - suffix.length - digest.length - 1).replace(/[.-]+$/, '');
  return `${kept}-${digest}${suffix}`;
}
