/** The JSON answer of `/predict_batch`. It is written byte by byte as it streams; a test holds it to this. */
import { z } from 'zod';
import { predictAnswerSchema } from '../predict/schema.ts';

const { predicted_return, risk_level, risk, probabilities, model } = predictAnswerSchema.shape;

const place = {
  line: z.int().describe('Line of the upload, the header being 1.'),
  date: z.iso.date().optional().describe('As in the upload, where it has dates.'),
};

const problem = z.looseObject({ line: z.int(), message: z.string() });

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
        reason: z.string().describe('Why there is no prediction yet.'),
      }),
    ]),
  ),
  summary: z.strictObject({
    input: z.enum(['ohlcv', 'indicators']),
    rows: z.int().describe('Rows in the answer.'),
    predicted: z.int(),
    warming_up: z.int().describe('Rows too early for the windows.'),
    skipped: z.int().describe('Bad rows left out of the answer.'),
    errors: z.array(problem).describe('The first of them.'),
  }),
});
