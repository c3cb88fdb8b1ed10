/**
 * Live truth: how forecasts came true that were made before their truth was known. Announcements by a stage in its report, kept in
 * the Model's status and exported as metrics.
 */
import { z } from 'zod';
import { count } from './fields.ts';
import { liveMetricsSchema } from './headline.ts';

/** Rolling windows, in forecasts: a month, a quarter and a year of trading days. */
export const liveWindows = [20, 60, 250] as const;

const liveShape = {
  symbol: z.string().max(20).describe('Whose bars they were about.'),
  version: z.string().max(12).describe('The version that made the latest of them.'),
  days: count(0, 1_000_000).describe('Forecasts that have come true or not so far, one a day.'),
  firstDay: z.iso.date().describe('Day on which the first of them was made.'),
  lastDay: z.iso.date().describe('Day on which the latest of them was made.'),
  windows: z
    .array(
      z.strictObject({
        window: count(1, 1000).describe('Of the last so many forecasts, or of all there are.'),
        figures: liveMetricsSchema.describe('By name, as docs/monitoring.md lists them.'),
      }),
    )
    .max(liveWindows.length)
    .describe('The figures of each rolling window.'),
};

/** As a stage reports it. */
export const liveScoreSchema = z.object(liveShape);
export type LiveScore = z.output<typeof liveScoreSchema>;

/** Why it could not be found out, or not wholly. */
export const liveProblemSchema = z.object({
  /** One CamelCase word. */
  reason: z.string().min(1).max(64),
  message: z.string().max(1000),
});
export type LiveProblem = z.output<typeof liveProblemSchema>;

/** As the Model's status keeps it. */
export const liveStatusSchema = z.strictObject({
  ...liveShape,
  scoredAt: z.iso.datetime().describe('When the stage that found this out had ended.'),
});
export type LiveStatus = z.output<typeof liveStatusSchema>;
