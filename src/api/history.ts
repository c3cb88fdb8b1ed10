/** `GET /model/history`: the series of the page's charts, one array per column, as the chart library needs them. */
import { z } from 'zod';
import { predictionSetSchema } from './predictions.ts';
import { riskLevelSchema } from './risk.ts';

export const historySchema = z.strictObject({
  symbol: z.string(),
  /** One entry per bar, oldest first. */
  dates: z.array(z.iso.date()),
  close: z.array(z.number()),
  /** Rolling standard deviation of daily returns, a fraction; null until the window is full. */
  volatility: z.array(z.number().nullable()),
  /** The class of `volatility` by the model's thresholds. */
  risk: z.array(riskLevelSchema.nullable()),
  /** Evaluate's out-of-sample predictions; `dates` are the days on which they were made. */
  predictions: z.strictObject({
    dates: z.array(z.iso.date()),
    set: z.array(predictionSetSchema),
    actualReturn: z.array(z.number()),
    predictedReturn: z.array(z.number()),
    meanReturn: z.array(z.number()),
    actualRisk: z.array(riskLevelSchema),
    predictedRisk: z.array(riskLevelSchema),
    persistenceRisk: z.array(riskLevelSchema),
  }),
  /** The latest row of features, as `/predict` takes it. */
  latest: z.strictObject({ date: z.iso.date(), indicators: z.record(z.string(), z.number()) }),
});
export type History = z.output<typeof historySchema>;
