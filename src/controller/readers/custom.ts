/** Reads TrainingRuns and Models. */
import type { z } from 'zod';
import { annotations } from '../../api/group.ts';
import { type ModelStatus, modelSpecSchema } from '../../api/model.ts';
import { problemsOf } from '../../api/problems.ts';
import { type TrainingRunStatus, trainingRunSpecSchema } from '../../api/training-run.ts';
import type { RawObject } from '../../kubernetes/resource.ts';
import type { ModelResource, RunResource } from '../observation.ts';
import { annotationOf, ownerOf, readMetadata } from './metadata.ts';

/**
 * An object of one of our kinds. An older CRD or operator may have stored a spec that this version's schema rejects.
 */
type Custom = RawObject<{ readonly spec: Readonly<Record<string, unknown>>; readonly status: object }>;

/** A spec that does not match the schema reads as null, with the reasons in `problems`. */
export function readRun(raw: Custom): RunResource {
  const metadata = readMetadata(raw);
  const model = raw.spec?.model;
  return {
    ...metadata,
    generation: raw.metadata.generation ?? 0,
    model: typeof model === 'string' ? model : metadata.name,
    scheduledBy: ownerOf(raw, 'Model'),
    labels: raw.metadata.labels ?? {},
    hasApprovalAnnotation: annotationOf(raw, annotations.approved) === 'true',
    ...readSpec(trainingRunSpecSchema, raw),
    status: readStatus<TrainingRunStatus>(raw),
  };
}

/** A spec that does not match the schema reads as null, with the reasons in `problems`. */
export function readModel(raw: Custom): ModelResource {
  return {
    ...readMetadata(raw),
    generation: raw.metadata.generation ?? 0,
    ...readSpec(modelSpecSchema, raw),
    status: readStatus<ModelStatus>(raw),
  };
}

/** Fills in defaults, since an object may be older than a field. */
function readSpec<S extends z.ZodType>(
  schema: S,
  raw: Custom,
): { spec: z.output<S> | null; problems: string[] } {
  const parsed = schema.safeParse(raw.spec ?? {});
  return parsed.success
    ? { spec: parsed.data, problems: [] }
    : { spec: null, problems: problemsOf(parsed.error).map(problem => `spec.${problem}`) };
}

/**
 * Only the operator writes statuses, and the API server has validated them. They are not validated again: a status with
 * a field that this version does not have must not read as that of a run that never started.
 */
function readStatus<Status>({ status }: Custom): Status {
  return (status ?? {}) as Status;
}
