/** TrainingRuns and Models as decisions see them. */
import type { z } from 'zod';
import { annotations } from '../../api/group.ts';
import { type ModelStatus, modelSpecSchema } from '../../api/model.ts';
import { problemsOf } from '../../api/problems.ts';
import { type TrainingRunStatus, trainingRunSpecSchema } from '../../api/training-run.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { ModelResource, RunResource } from '../observation.ts';
import { object, text, whole } from './json.ts';
import { annotationOf, ownerOf, readMetadata } from './metadata.ts';

/** A spec that does not fit the schema reads as null, with the reasons beside it. */
export function readRun(raw: KubernetesObject): RunResource {
  const metadata = readMetadata(raw);
  return {
    ...metadata,
    generation: whole(raw.metadata.generation),
    model: text(object(raw.spec).model) ?? metadata.name,
    scheduledBy: ownerOf(raw, 'Model'),
    approved: annotationOf(raw, annotations.approved) === 'true',
    ...readSpec(trainingRunSpecSchema, raw),
    status: readStatus<TrainingRunStatus>(raw),
  };
}

/** A spec that does not fit the schema reads as null, with the reasons beside it. */
export function readModel(raw: KubernetesObject): ModelResource {
  return {
    ...readMetadata(raw),
    generation: whole(raw.metadata.generation),
    ...readSpec(modelSpecSchema, raw),
    status: readStatus<ModelStatus>(raw),
  };
}

/** The defaults are filled in here too: an object may be older than a field. */
function readSpec<S extends z.ZodType>(
  schema: S,
  raw: KubernetesObject,
): { spec: z.output<S> | null; problems: string[] } {
  const parsed = schema.safeParse(raw.spec ?? {});
  return parsed.success
    ? { spec: parsed.data, problems: [] }
    : { spec: null, problems: problemsOf(parsed.error).map(problem => `spec.${problem}`) };
}

/**
 * Only the operator writes statuses, and the API server has checked them. They are not checked again: a status with
 * something in it that this version doesn't know must not read as that of a run which never started.
 */
function readStatus<Status>(raw: KubernetesObject): Status {
  return object(raw.status) as Status;
}
