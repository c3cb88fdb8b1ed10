/**
 * A Job's template is immutable. As long as no container of the stage has started, a Job whose template is no longer
 * what the spec renders is replaced: so a corrected image or a smaller request is tried.
 */
import type { PodResource } from '../../../observation.ts';
import type { StageContext, StageRule } from './finding.ts';

/** Applies while the Job is being deleted too, because deleting it was this rule's decision. */
export const outdatedJob: StageRule = context => {
  const { job } = context;
  if (job === null || job.finished !== null || !isOutdated(context) || hasStarted(context)) return null;
  const message = `Job ${job.name} is created again, because the spec has changed and its container had not started.`;
  return { kind: 'Outdated', job, cause: { reason: 'SpecChanged', message } };
};

function isOutdated({ job, templateDigest }: StageContext): boolean {
  const created = job?.templateDigest ?? null;
  return created !== null && templateDigest !== null && created !== templateDigest;
}

/** True as well when a container may have started: the Job has a pod that is not in the cache yet. */
function hasStarted({ job, pods, status }: StageContext): boolean {
  if (job === null || job.failed > 0 || job.succeeded > 0 || (status.attempts ?? 0) > 0) return true;
  return pods.some(containerStarted) || (job.active > 0 && pods.length === 0 && !job.deleting);
}

function containerStarted({ phase, running, terminated, lastTerminated, restarts }: PodResource): boolean {
  return phase !== 'Pending' || running || terminated !== null || lastTerminated !== null || restarts > 0;
}
