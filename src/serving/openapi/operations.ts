/** Every operation of the API in one table: purpose, request, answers, errors. */
import type { ErrorCode } from '../errors.ts';
import type { SchemaName } from './schemas.ts';

export interface Content {
  readonly type: string;
  readonly schema?: SchemaName;
  readonly description?: string;
}

export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly id: string;
  readonly tag: 'Prediction' | 'Model' | 'Operations' | 'Open Inference Protocol';
  readonly summary: string;
  readonly description?: string;
  readonly query?: readonly { name: string; description: string; values: readonly string[] }[];
  readonly request?: readonly Content[];
  readonly answers: Readonly<Record<number, { description: string; content: readonly Content[] }>>;
  readonly errors: readonly ErrorCode[];
}

const json = (schema: SchemaName): Content => ({ type: 'application/json', schema });
const ok = (description: string, ...content: Content[]) => ({ 200: { description, content } });
const bodyErrors = [
  'EmptyBody',
  'InvalidJson',
  'RequestTimeout',
  'BodyTooLarge',
  'UnsupportedMediaType',
  'UnsupportedEncoding',
  'InvalidBody',
  'InvalidFields',
  'ModelNotReady',
] as const;

const own: readonly Operation[] = [
  {
    method: 'post',
    path: '/predict',
    id: 'predict',
    tag: 'Prediction',
    summary: 'Predicts one day',
    description: "Takes the model's indicators as of a day's close and predicts the next bar.",
    request: [json('PredictRequest')],
    answers: ok('The prediction', json('PredictAnswer')),
    errors: bodyErrors,
  },
  {
    method: 'post',
    path: '/predict_batch',
    id: 'predictBatch',
    tag: 'Prediction',
    summary: 'Predicts every row of a CSV file, of any length',
    description:
      'The header line decides: date, open, high, low, close and volume are raw bars, oldest first; the names of the ' +
      "model's indicators, with or without a date, are indicators. Answers are streamed. One that fails halfway ends " +
      'with an error and a broken connection, never with a summary.',
    query: [
      {
        name: 'on_error',
        description: 'Handling of bad rows: fail refuses the upload, skip leaves the row out and counts it.',
        values: ['fail', 'skip'],
      },
    ],
    request: [
      { type: 'text/csv', description: 'The file; gzip with Content-Encoding.' },
      { type: 'application/gzip', description: 'The compressed file.' },
      { type: 'multipart/form-data', description: 'A form with one file.' },
    ],
    answers: ok(
      'A prediction for each row; rows without enough history have null and the reason',
      json('BatchAnswer'),
      { type: 'application/x-ndjson', description: 'One prediction per line, then model and summary.' },
      { type: 'text/csv', description: 'One prediction per line; counts are in the trailers.' },
    ),
    errors: [
      'EmptyBody',
      'InvalidMultipart',
      'InvalidGzip',
      'NotAcceptable',
      'RequestTimeout',
      'BodyTooLarge',
      'UnsupportedMediaType',
      'UnsupportedEncoding',
      'InvalidFields',
      'EmptyTable',
      'InvalidHeader',
      'InvalidRow',
      'TooFewRows',
      'ModelNotReady',
      'Busy',
    ],
  },
  {
    method: 'get',
    path: '/model',
    id: 'getModel',
    tag: 'Model',
    summary: 'The served model: its features, parameters, version and digests',
    answers: ok('The model', json('Model')),
    errors: ['ModelNotReady'],
  },
  {
    method: 'get',
    path: '/model/evaluation',
    id: 'getEvaluation',
    tag: 'Model',
    summary: 'Its evaluation, compared with trivial predictors',
    answers: ok('The evaluation', json('Evaluation')),
    errors: ['ModelNotReady'],
  },
  {
    method: 'get',
    path: '/model/history',
    id: 'getHistory',
    tag: 'Model',
    summary: 'Bars, volatility and out-of-sample predictions, column by column',
    answers: ok('The series', json('History')),
    errors: ['ModelNotReady'],
  },
  {
    method: 'get',
    path: '/model/report',
    id: 'getReport',
    tag: 'Model',
    summary: 'The report as one HTML page that needs no network',
    answers: ok('The report', { type: 'text/html' }),
    errors: ['ModelNotReady'],
  },
  {
    method: 'get',
    path: '/health',
    id: 'getHealth',
    tag: 'Operations',
    summary: 'Whether a request sent now will be answered by a verified model',
    answers: {
      200: { description: 'Loaded, verified and proved', content: [json('Health')] },
      503: { description: 'Loading, failed (and why) or draining', content: [json('Health')] },
    },
    errors: [],
  },
  {
    method: 'get',
    path: '/livez',
    id: 'getLiveness',
    tag: 'Operations',
    summary: 'The process is alive',
    answers: ok('Alive', json('Alive')),
    errors: [],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Operations',
    summary: 'Prometheus metrics',
    answers: ok('The metrics', { type: 'text/plain' }),
    errors: [],
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'Operations',
    summary: 'This document',
    answers: ok('An OpenAPI 3.1 document', { type: 'application/json' }),
    errors: ['ModelNotReady'],
  },
];

const protocol = 'Open Inference Protocol' as const;

/** In the protocol every path of a model exists with and without a version. */
function ofModel(end: string, idEnd: string, operation: Omit<Operation, 'path' | 'id' | 'tag'>): Operation[] {
  return [
    { ...operation, path: `/v2/models/{model}${end}`, id: `infer${idEnd}`, tag: protocol },
    {
      ...operation,
      path: `/v2/models/{model}/versions/{version}${end}`,
      id: `infer${idEnd}OfVersion`,
      tag: protocol,
    },
  ];
}

const openInference: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2',
    id: 'inferServerMetadata',
    tag: protocol,
    summary: 'The server',
    answers: ok('Name and version', json('InferServer')),
    errors: [],
  },
  {
    method: 'get',
    path: '/v2/health/live',
    id: 'inferLive',
    tag: protocol,
    summary: 'The process is alive',
    answers: ok('Alive', json('InferLive')),
    errors: [],
  },
  {
    method: 'get',
    path: '/v2/health/ready',
    id: 'inferReady',
    tag: protocol,
    summary: 'The model is ready',
    answers: {
      200: { description: 'Ready', content: [json('InferReady')] },
      503: { description: 'Not ready', content: [json('InferReady')] },
    },
    errors: [],
  },
  ...ofModel('', 'ModelMetadata', {
    method: 'get',
    summary: 'The inputs and outputs of the model',
    answers: ok('The metadata', json('InferModel')),
    errors: ['NotFound', 'ModelNotReady'],
  }),
  ...ofModel('/ready', 'ModelReady', {
    method: 'get',
    summary: 'The model is ready',
    answers: ok('Ready', json('InferModelReady')),
    errors: ['NotFound', 'ModelNotReady'],
  }),
  ...ofModel('/infer', 'Infer', {
    method: 'post',
    summary: 'Predicts the rows of a tensor',
    request: [json('InferRequest')],
    answers: ok('The outputs', json('InferAnswer')),
    errors: ['NotFound', ...bodyErrors],
  }),
];

export const operations: readonly Operation[] = [...own, ...openInference];
