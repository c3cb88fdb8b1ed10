/** The zod schemas of all requests and answers, by their names in the OpenAPI document. */
import { z } from 'zod';
import { type Feature, modelCardSchema } from '../../api/artifacts.ts';
import { evaluationSchema } from '../../api/evaluation.ts';
import { historySchema } from '../../api/history.ts';
import { batchAnswerSchema, predictAnswerSchema, predictRequestSchema } from '../../api/predict.ts';
import { errorStatus } from '../errors.ts';
import {
  inferAnswerSchema,
  inferErrorSchema,
  inferRequestSchema,
  modelMetadataSchema,
  serverMetadataSchema,
} from '../open-inference/schema.ts';

const codes = z.enum(Object.keys(errorStatus) as [keyof typeof errorStatus]);

const errorSchema = z.strictObject({
  error: z.strictObject({
    code: codes,
    message: z.string(),
    details: z
      .record(z.string(), z.unknown())
      .describe('For InvalidFields: `fields`, a list of {field, reason, message}.'),
  }),
});

const digests = z.strictObject({
  Fetch: z.string(),
  Features: z.string(),
  Train: z.string(),
  Evaluate: z.string(),
});
const identity = { model: z.string(), run: z.string(), version: z.string(), symbol: z.string(), digests };

const healthSchema = z.union([
  z.strictObject({ status: z.enum(['ready', 'draining']), ...identity }),
  z.strictObject({ status: z.enum(['loading', 'failed']), error: errorSchema.shape.error }),
]);

/** The schemas for a model with these features. */
export function wireSchemas(features: readonly Feature[]) {
  return {
    Error: errorSchema,
    Health: healthSchema,
    Alive: z.strictObject({ status: z.literal('alive') }),
    PredictRequest: predictRequestSchema(features),
    PredictAnswer: predictAnswerSchema,
    BatchAnswer: batchAnswerSchema,
    Model: z.strictObject({
      name: z.string(),
      run: z.string(),
      version: z.string(),
      digests,
      card: modelCardSchema,
    }),
    Evaluation: evaluationSchema,
    History: historySchema,
    InferServer: serverMetadataSchema,
    InferLive: z.strictObject({ live: z.boolean() }),
    InferReady: z.strictObject({ ready: z.boolean() }),
    InferModelReady: z.strictObject({ name: z.string(), ready: z.boolean() }),
    InferModel: modelMetadataSchema,
    InferRequest: inferRequestSchema,
    InferAnswer: inferAnswerSchema,
    InferError: inferErrorSchema,
  } as const;
}

export type SchemaName = keyof ReturnType<typeof wireSchemas>;
