/** Jobs as decisions see them. */
import { annotations, components, labels } from '../../api/group.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { JobResource, ScoreJobResource } from '../observation.ts';
import { object, objects, text, time, whole } from './json.ts';
import { annotationOf, controllerOf, labelOf, readMetadata } from './metadata.ts';
import { readStage } from './stage.ts';

/** Null for a Job that carries the labels and yet is no stage's. */
export function readJob(raw: KubernetesObject): JobResource | null {
  const model = labelOf(raw, labels.model);
  const run = labelOf(raw, labels.run);
  const stage = readStage(raw);
  const ownerUid = controllerOf(raw, 'TrainingRun');
  if (model === null || run === null || stage === null || stage === scoreName || ownerUid === null)
    return null;
  const status = object(raw.status);
  return {
    ...readMetadata(raw),
    model,
    run,
    stage,
    ownerUid,
    startedAt: annotationOf(raw, annotations.startedAt),
    suspended: object(raw.spec).suspend === true,
    active: whole(status.active),
    failed: whole(status.failed),
    succeeded: whole(status.succeeded),
    finished: readFinished(status.conditions),
  };
}

/** Null for a Job that scores nothing. */
export function readScoreJob(raw: KubernetesObject): ScoreJobResource | null {
  const model = labelOf(raw, labels.model);
  const ownerUid = controllerOf(raw, 'Model');
  if (model === null || ownerUid === null || labelOf(raw, labels.component) !== components.score) return null;
  const finished = readFinished(object(raw.status).conditions);
  return { ...readMetadata(raw), model, stage: scoreName, ownerUid, finished };
}

function readFinished(conditions: unknown): JobResource['finished'] {
  for (const { type, status, reason, message, lastTransitionTime } of objects(conditions)) {
    if (status !== 'True' || (type !== 'Complete' && type !== 'Failed')) continue;
    return {
      type,
      reason: text(reason) ?? '',
      message: text(message) ?? '',
      at: time(lastTransitionTime) ?? 0,
    };
  }
  return null;
}
