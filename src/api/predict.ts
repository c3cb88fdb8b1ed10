/** Requests and responses of `/predict` and `/predict_batch`. The OpenAPI document is generated from them. */
import { z } from 'zod';
import type { Feature } from './artifacts.ts';
import { riskLevelSchema, riskNames } from './risk.ts';

/** One indicator: a finite number within the feature's bounds. */
function indicatorSchema(feature: Feature) {
  let number = z.number('must be a finite number');
  if (feature.minimum !== null) number = number.min(feature.minimum, `must be at least ${feature.minimum}`);
  if (feature.maximum !== null) number = number.max(feature.maximum, `must be at most ${feature.maximum}`);
  return number.describe(`${feature.description} (${feature.unit})`);
}

/** All of the model's indicators by name; no other fields. */
export function predictRequestSchema(features: readonly Feature[]) {
  return z.strictObject(
    Object.fromEntries(features.map(feature => [feature.name, indicatorSchema(feature)])),
  );
}

const probability = z.number().min(0).max(1);

export const predictAnswerSchema = z.strictObject({
  predicted_return: z
    .number()
    .describe("The next bar's simple price return, a fraction: 0.01 is one percent."),
  risk_level: riskLevelSchema.describe('Low, Medium, High.'),
  risk: z.enum(riskNames),
  probabilities: z
    .strictObject({ low: probability, medium: probability, high: probability })
    .describe("Shares of the forest's votes."),
  model: z.strictObject({ name: z.string(), version: z.string() }),
});
export type PredictAnswer = z.output<typeof predictAnswerSchema>;

const { predicted_return, risk_level, risk, probabilities, model } = predictAnswerSchema.shape;

const place = {
  line: z.int().describe('Line of the upload; the header is line 1.'),
  date: z.iso.date().optional().describe('Date of the row, if the upload has dates.'),
};

const problem = z.looseObject({ line: z.int(), message: z.string() });

/** The JSON response of `/predict_batch`. The server streams it without this schema; a test validates the result. */
export const batchAnswerSchema = z.strictObject({
  model,
  predictions: z.array(
    z.union([
      z.strictObject({ ...place, predicted_return, risk_level, risk, probabilities }),
      z.strictObject({
        ...place,
        predicted_return: z.null(),
        risk_level: z.null(),
        risk: z.null(),
        probabilities: z.null(),
        reason: z.string().describe('Why the row has no prediction.'),
      }),
    ]),
  ),
  summary: z.strictObject({
    input: z.enum(['ohlcv', 'indicators']),
    rows: z.int().describe('Rows in the response.'),
    predicted: z.int(),
    warming_up: z.int().describe('Rows before the windows are full; they have no prediction.'),
    skipped: z.int().describe('Invalid rows, which are left out.'),
    errors: z.array(problem).describe('The first invalid rows.'),
  }),
});
