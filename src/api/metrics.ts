import { z } from 'zod';
import { boundedMap } from './fields.ts';

/** Headline figures by name; decimals travel as strings. */
export const metricsSchema = boundedMap(z.string().max(64), 64);
