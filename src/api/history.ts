/** `GET /model/history`: the series behind the charts, column by column so that a chart takes them as they are. */
import { z } from 'zod';
import { predictionSetSchema } from './predictions.ts';
import { riskLevelSchema } from './risk.ts';

export const historySchema = z.strictObject({
  symbol: z.string(),
  /** One entry a bar, oldest first. */
  dates: z.array(z.iso.date()),
  close: z.array(z.number()),
  /** Rolling standard deviation of daily returns, a fraction; null while the window fills. */
  volatility: z.array(z.number().nullable()),
  /** The class of `volatility` by the model's thresholds. */
  risk: z.array(riskLevelSchema.nullable()),
  /** Out-of-sample predictions, as Evaluate made them. `dates` are the days on which each was made. */
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
  /** The newest row of features: what `/predict` takes to say something of tomorrow. */
  latest: z.strictObject({ date: z.iso.date(), indicators: z.record(z.string(), z.number()) }),
});
export type History = z.output<typeof historySchema>;
