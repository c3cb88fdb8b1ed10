/** Deterministic names of what the operator makes: made twice, it is still made once. */
import { createHash } from 'node:crypto';
import type { StageName } from '../api/artifacts.ts';

const longest = 63;

/** The name of a run's Job for a stage: `<run>-<stage>`, shortened with a digest where that is too long. */
export function jobName(run: string, stage: StageName): string {
  return fitting(run, `-${stage.toLowerCase()}`);
}

/** The claim that is made for a Model's artifacts. */
export function claimName(model: string): string {
  return `${model}-artifacts`;
}

/** The run that a Model's schedule makes for one of its times. */
export function scheduledRunName(model: string, time: number): string {
  return fitting(model, `-${Math.floor(time / 60_000)}`);
}

/** The Job that scores what serves for one of the times that the Model asks for. */
export function scoreJobName(model: string, time: number): string {
  return fitting(model, `-score-${Math.floor(time / 60_000)}`);
}

/** `stem + suffix` in at most 63 characters; a shortened stem keeps a digest of the whole. */
function fitting(stem: string, suffix: string): string {
  if (stem.length + suffix.length <= longest) return stem + suffix;
  const digest = createHash('sha256').update(stem).digest('hex').slice(0, 8);
  const kept = stem.slice(0, longest - suffix.length - digest.length - 1).replace(/[.-]+$/, '');
  return `${kept}-${digest}${suffix}`;
}
