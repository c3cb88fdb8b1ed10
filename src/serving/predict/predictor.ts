/** From a body of indicators to the JSON text of the answer: validation and both models, without HTTP. */
import { z } from 'zod';
import { predictRequestSchema } from '../../api/predict.ts';
import { riskNames } from '../../api/risk.ts';
import { predictReturn } from '../../models/booster/predict.ts';
import { voteRisk } from '../../models/forest/vote.ts';
import { parseJson } from '../json.ts';
import type { LoadedModel } from '../model.ts';
import type { PredictionRecorder } from '../prediction-recorder.ts';
import { fieldsError } from './field-errors.ts';

export type Predictor = (body: Buffer) => string;

/**
 * The predictor of one model. Calls share their buffers instead of allocating arrays, which is safe because each call
 * is synchronous.
 */
export function createPredictor(model: LoadedModel, recorder: PredictionRecorder): Predictor {
  const { booster, forest, features } = model;
  const schema = z.compile(predictRequestSchema(model.card.features));
  const values = new Float64Array(features.length);
  const shares = new Float64Array(3);
  const starts = riskNames.map(
    (risk, level) => `,"risk_level":${level},"risk":"${risk}","probabilities":{"low":`,
  );
  const end = `},"model":${JSON.stringify({ name: model.name, version: model.version })}}`;

  return body => {
    const input = parseJson(body);
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw fieldsError(input, parsed.error);
    for (let i = 0; i < features.length; i++) values[i] = parsed.data[features[i]!]!;
    const predicted = predictReturn(booster, values, 0);
    const level = voteRisk(forest, values, 0, shares);
    recorder.row(values, 0, predicted, level);
    return (
      `{"predicted_return":${predicted}${starts[level]}${shares[0]},"medium":${shares[1]},` +
      `"high":${shares[2]}${end}`
    );
  };
}
