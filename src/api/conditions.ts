/** Conditions, as in other Kubernetes objects. */
import { z } from 'zod';
import { listMap } from './fields.ts';

export const conditionSchema = z.strictObject({
  type: z.string().max(316).describe('Type of the condition.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Status of the condition.'),
  reason: z.string().min(1).max(1024).describe('Machine-readable reason in CamelCase.'),
  message: z.string().max(32_768).describe('Human-readable explanation.'),
  observedGeneration: z.int().min(0).describe('Generation of the spec that the condition refers to.'),
  lastTransitionTime: z.iso.datetime().describe('Time of the last change of the status.'),
});
export type Condition = z.output<typeof conditionSchema>;

/** The conditions of a status, one of each type. */
export const conditionsSchema = z.array(conditionSchema).max(8).meta(listMap('type'));
