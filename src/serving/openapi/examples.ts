/** Examples from the model's golden rows, so that the answers are the model's real ones. */
import { riskNames } from '../../api/risk.ts';
import type { LoadedModel } from '../model.ts';
import { infer } from '../open-inference/infer.ts';
import { inputName } from '../open-inference/schema.ts';
import type { SchemaName } from './schemas.ts';

export type Examples = Partial<Record<SchemaName, unknown>>;

export function examplesOf(model: LoadedModel): Examples {
  const row = model.golden.rows[0]!;
  const [low, medium, high] = row.probabilities;
  const inferRequest = {
    id: 'example',
    inputs: [{ name: inputName, datatype: 'FP64', shape: [1, row.values.length], data: row.values }],
  };
  return {
    PredictRequest: Object.fromEntries(model.features.map((name, i) => [name, row.values[i]])),
    PredictAnswer: {
      predicted_return: row.predictedReturn,
      risk_level: row.riskLevel,
      risk: riskNames[row.riskLevel],
      probabilities: { low, medium, high },
      model: { name: model.name, version: model.version },
    },
    InferRequest: inferRequest,
    InferAnswer: infer(model, inferRequest, 1).answer,
  };
}
