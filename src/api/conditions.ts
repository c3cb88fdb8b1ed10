/** Conditions, as every Kubernetes object has them. */
import { z } from 'zod';
import { listMap } from './fields.ts';

export const conditionSchema = z.strictObject({
  type: z.string().max(316).describe('What it says, in one word.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is so.'),
  reason: z.string().min(1).max(1024).describe('One CamelCase word for programs.'),
  message: z.string().max(32_768).describe('The cause in words.'),
  observedGeneration: z.int().min(0).describe('The generation of the spec that this is about.'),
  lastTransitionTime: z.iso.datetime().describe('When the status last changed.'),
});
export type Condition = z.output<typeof conditionSchema>;

/** A status's conditions: one of each type. */
export const conditionsSchema = z.array(conditionSchema).max(8).meta(listMap('type'));
