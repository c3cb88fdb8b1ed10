/** Reads Jobs. */
import { annotations, components, labels } from '../../api/group.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { RawObject } from '../../kubernetes/resource.ts';
import type { V1Job } from '../../kubernetes/types.ts';
import type { JobResource, ScoreJobResource } from '../observation.ts';
import { annotationOf, controllerOf, labelOf, readMetadata, readTime, stageOf } from './metadata.ts';

/** Null for a Job that does not run a stage of a TrainingRun. */
export function readJob(raw: RawObject<V1Job>): JobResource | null {
  const model = labelOf(raw, labels.model);
  const run = labelOf(raw, labels.run);
  const stage = stageOf(raw);
  const ownerUid = controllerOf(raw, 'TrainingRun');
  if (model === null || run === null || stage === null || stage === scoreName || ownerUid === null)
    return null;
  const { spec, status } = raw;
  return {
    ...readMetadata(raw),
    model,
    run,
    stage,
    ownerUid,
    startedAt: annotationOf(raw, annotations.startedAt),
    templateDigest: annotationOf(raw, annotations.template),
    suspended: spec?.suspend === true,
    active: status?.active ?? 0,
    failed: status?.failed ?? 0,
    succeeded: status?.succeeded ?? 0,
    finished: readFinished(status),
  };
}

/** Null for a Job that is not a Score Job. */
export function readScoreJob(raw: RawObject<V1Job>): ScoreJobResource | null {
  const model = labelOf(raw, labels.model);
  const ownerUid = controllerOf(raw, 'Model');
  if (model === null || ownerUid === null || labelOf(raw, labels.component) !== components.score) return null;
  const { status } = raw;
  const failed = status?.failed ?? 0;
  return { ...readMetadata(raw), model, stage: scoreName, ownerUid, failed, finished: readFinished(status) };
}

function readFinished(status: RawObject<V1Job>['status']): JobResource['finished'] {
  for (const { type, status: value, reason, message, lastTransitionTime } of status?.conditions ?? []) {
    if (value !== 'True' || (type !== 'Complete' && type !== 'Failed')) continue;
    return { type, reason: reason ?? '', message: message ?? '', at: readTime(lastTransitionTime) ?? 0 };
  }
  return null;
}
