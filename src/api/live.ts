/**
 * Live truth: forecasts that were made before their outcome was known, compared with that outcome. Stages report it, the
 * Model's status stores it, and metrics export it.
 */
import { z } from 'zod';
import { count } from './fields.ts';
import { liveMetricsSchema } from './headline.ts';

/** Rolling windows, in forecasts: a month, a quarter and a year of trading days. */
export const liveWindows = [20, 60, 250] as const;

const liveShape = {
  symbol: z.string().max(20).describe('Symbol of the forecasts.'),
  version: z.string().max(12).describe('Version that made the latest forecast.'),
  days: count(0, 1_000_000).describe('Forecasts whose outcome is known, one per day.'),
  firstDay: z.iso.date().describe('Day on which the first forecast was made.'),
  lastDay: z.iso.date().describe('Day on which the latest forecast was made.'),
  windows: z
    .array(
      z.strictObject({
        window: count(1, 1000).describe(
          'Number of latest forecasts in the window; all of them while there are fewer.',
        ),
        figures: liveMetricsSchema.describe('Figures by name; see Headline figures in docs/api.md.'),
      }),
    )
    .max(liveWindows.length)
    .describe('Figures of each rolling window.'),
};

/** In a stage's report. */
export const liveScoreSchema = z.object(liveShape);
export type LiveScore = z.output<typeof liveScoreSchema>;

/** Why live truth is missing or incomplete. */
export const liveProblemSchema = z.object({
  /** In CamelCase. */
  reason: z.string().min(1).max(64),
  message: z.string().max(1000),
});
export type LiveProblem = z.output<typeof liveProblemSchema>;

/** In a Model's status. */
export const liveStatusSchema = z.strictObject({
  ...liveShape,
  scoredAt: z.iso.datetime().describe('When the stage that computed these figures ended.'),
});
export type LiveStatus = z.output<typeof liveStatusSchema>;
