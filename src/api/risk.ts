/** The three risk classes. */
import { z } from 'zod';

/** In the order of their levels. */
export const riskNames = ['Low', 'Medium', 'High'] as const;

/** 0 Low, 1 Medium, 2 High. */
export const riskLevelSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type RiskLevel = z.output<typeof riskLevelSchema>;
