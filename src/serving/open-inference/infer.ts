/** Inference over a tensor of rows: from the protocol's request to its answer, without HTTP. */
import { z } from 'zod';
import type { Feature } from '../../api/artifacts.ts';
import { predictReturns } from '../../models/booster/predict.ts';
import { predictRisk } from '../../models/forest/predict.ts';
import type { Matrix } from '../../models/matrix.ts';
import { HttpError } from '../errors.ts';
import type { LoadedModel } from '../model.ts';
import {
  type InferAnswer,
  type InferRequest,
  inferRequestSchema,
  inputName,
  type ModelMetadata,
  type OutputName,
  type OutputTensor,
  outputNames,
} from './schema.ts';

/** The model's inputs and outputs, with −1 for the number of rows. */
export function describeModel({ name, version, features }: LoadedModel): ModelMetadata {
  return {
    name,
    versions: [version],
    platform: 'bellwether_flat_trees',
    inputs: [{ name: inputName, datatype: 'FP64', shape: [-1, features.length] }],
    outputs: [
      { name: 'predicted_return', datatype: 'FP64', shape: [-1] },
      { name: 'risk_level', datatype: 'INT64', shape: [-1] },
      { name: 'probabilities', datatype: 'FP64', shape: [-1, 3] },
    ],
    parameters: { features: [...features] },
  };
}

export interface Inference {
  readonly answer: InferAnswer;
  /** The rows, with the predictions for each. */
  readonly x: Matrix;
  readonly returns: Float64Array;
  readonly levels: Uint8Array;
}

/** @throws HttpError InvalidBody or InvalidFields, with the part of the request that is wrong. */
export function infer(model: LoadedModel, body: unknown, rowLimit: number): Inference {
  const request = inferRequestSchema.safeParse(body);
  if (!request.success) throw new HttpError('InvalidBody', oneLine(request.error));
  const { id, inputs, outputs } = request.data;
  const x = readTensor(inputs[0]!, model.card.features, rowLimit);
  const returns = predictReturns(model.booster, x);
  const { levels, probabilities } = predictRisk(model.forest, x);
  const tensors: Record<OutputName, () => OutputTensor> = {
    predicted_return: () => output('predicted_return', 'FP64', [x.rows], returns),
    risk_level: () => output('risk_level', 'INT64', [x.rows], levels),
    probabilities: () => output('probabilities', 'FP64', [x.rows, 3], probabilities),
  };
  const wanted = outputs?.map(({ name }) => name) ?? outputNames;
  return {
    answer: {
      model_name: model.name,
      model_version: model.version,
      ...(id === undefined ? {} : { id }),
      outputs: wanted.map(name => tensors[name]()),
    },
    x,
    returns,
    levels,
  };
}

function output(
  name: OutputName,
  datatype: OutputTensor['datatype'],
  shape: number[],
  data: Iterable<number>,
): OutputTensor {
  return { name, datatype, shape, data: [...data] };
}

function readTensor(
  { shape, datatype, data }: InferRequest['inputs'][number],
  features: readonly Feature[],
  rowLimit: number,
): Matrix {
  const [rows, columns] = shape;
  if (columns !== features.length) {
    throw new HttpError(
      'InvalidBody',
      `the shape has ${columns} columns, but the model has ${features.length} features`,
    );
  }
  if (rows > rowLimit) {
    throw new HttpError(
      'InvalidBody',
      `${rows} rows are more than ${rowLimit}; /predict_batch has no such limit`,
    );
  }
  const flat = data.some(Array.isArray) ? flatten(data, columns) : data;
  if (flat.length !== rows * columns) {
    throw new HttpError(
      'InvalidBody',
      `the data has ${flat.length} numbers, but its shape has ${rows * columns}`,
    );
  }
  const values = new Float64Array(flat.length);
  flat.forEach((value, i) => {
    const row = Math.floor(i / columns);
    const feature = features[i % columns]!;
    values[i] = numberOf(value, datatype, feature, row);
  });
  return { rows, columns, values };
}

function flatten(data: readonly unknown[], columns: number): unknown[] {
  return data.flatMap((row, i) => {
    if (Array.isArray(row) && row.length === columns) return row as unknown[];
    throw new HttpError('InvalidBody', `row ${i} of the data is not an array of ${columns} numbers`);
  });
}

/** The number as a double, rounded first if it is FP32. */
function numberOf(
  given: unknown,
  datatype: 'FP64' | 'FP32',
  { name, minimum, maximum }: Feature,
  row: number,
): number {
  if (typeof given !== 'number') throw invalid(name, row, 'NotANumber', 'must be a finite number');
  const value = datatype === 'FP32' ? Math.fround(given) : given;
  if (!Number.isFinite(value)) throw invalid(name, row, 'NotFinite', 'must be a finite number');
  if (minimum !== null && given < minimum)
    throw invalid(name, row, 'OutOfRange', `must be at least ${minimum}`);
  if (maximum !== null && given > maximum)
    throw invalid(name, row, 'OutOfRange', `must be at most ${maximum}`);
  return value;
}

function invalid(field: string, row: number, reason: string, message: string): HttpError {
  return new HttpError('InvalidFields', `row ${row}: ${field} ${message}`, {
    row,
    fields: [{ field, reason, message }],
  });
}

function oneLine(error: z.ZodError): string {
  return error.issues
    .map(issue => `${z.core.toDotPath(issue.path) || 'the body'}: ${issue.message}`)
    .join('; ');
}
