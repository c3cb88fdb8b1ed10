/**
 * The Open Inference Protocol, version 2 (KServe's), as far as one tensor of numbers needs it.
 * https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol
 */
import { z } from 'zod';

export const inputName = 'features';
export const outputNames = ['predicted_return', 'risk_level', 'probabilities'] as const;
export type OutputName = (typeof outputNames)[number];

const parameters = z.record(z.string(), z.unknown()).optional();

/** Unknown members are ignored, as the protocol's extensions require. */
export const inferRequestSchema = z.object({
  id: z.string().max(256).optional().describe('Returned in the answer.'),
  parameters,
  inputs: z
    .array(
      z.object({
        name: z.literal(inputName),
        shape: z
          .tuple([z.int().min(1), z.int().min(1)])
          .describe('Rows and features. The order of the features is in the metadata.'),
        datatype: z.enum(['FP64', 'FP32']),
        parameters,
        data: z.array(z.unknown()).describe('Row by row, either flat or as one array per row.'),
      }),
    )
    .length(1),
  outputs: z
    .array(z.object({ name: z.enum(outputNames), parameters }))
    .min(1)
    .optional()
    .describe('The outputs to return; all by default.'),
});
export type InferRequest = z.output<typeof inferRequestSchema>;

const tensor = z.strictObject({
  name: z.enum(outputNames),
  datatype: z.enum(['FP64', 'INT64']),
  shape: z.array(z.int()),
  data: z.array(z.number()),
});
export type OutputTensor = z.output<typeof tensor>;

export const inferAnswerSchema = z.strictObject({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(tensor),
});
export type InferAnswer = z.output<typeof inferAnswerSchema>;

export const serverMetadataSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
});

const tensorMetadata = z.strictObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const modelMetadataSchema = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
  /** The order of the input's columns, for which the protocol has no field. */
  parameters: z.strictObject({ features: z.array(z.string()) }),
});
export type ModelMetadata = z.output<typeof modelMetadataSchema>;

/** The protocol's error format. */
export const inferErrorSchema = z.strictObject({ error: z.string() });
