/**
 * Every parser on damaged input: it returns or throws the error that it documents, quickly. Inputs that a search has
 * found are in the corpus and always run. To search further: `FC_SEED=$RANDOM FC_RUNS=10000 mocha test/fuzz`.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { datasetSchema, goldenSchema, manifestSchema, modelCardSchema } from '../../src/api/artifacts.ts';
import { evaluationSchema } from '../../src/api/evaluation.ts';
import { quantity } from '../../src/api/fields.ts';
import { scoreReportSchema, stageReportSchema } from '../../src/api/stage-report.ts';
import { readServerConfig } from '../../src/config.ts';
import { reportIn } from '../../src/controller/decide/job-pods.ts';
import { timesOf } from '../../src/controller/decide/schedule/times.ts';
import { Failure } from '../../src/failure.ts';
import { computeFeatures } from '../../src/features/compute.ts';
import { computeTargets } from '../../src/features/targets.ts';
import { localSettings } from '../../src/local/settings.ts';
import { parseBarFile } from '../../src/market/sources/file/parse-bars.ts';
import { fetchYahoo } from '../../src/market/sources/yahoo/source.ts';
import { meanBooster } from '../../src/models/booster/booster.ts';
import { decodeBooster, encodeBooster } from '../../src/models/booster/codec.ts';
import { predictReturn } from '../../src/models/booster/predict.ts';
import { trainBooster } from '../../src/models/booster/training.ts';
import { decodeForest, encodeForest } from '../../src/models/forest/codec.ts';
import { voteRisk } from '../../src/models/forest/vote.ts';
import { Random } from '../../src/models/random.ts';
import { formatBars, parseBars } from '../../src/pipeline/bars-csv.ts';
import { formatDataset, parseDataset } from '../../src/pipeline/dataset.ts';
import { parseJsonArtifact } from '../../src/pipeline/json-artifact.ts';
import { formatPredictions, parsePredictions } from '../../src/pipeline/predictions.ts';
import { parseRunText } from '../../src/pipeline/run-file.ts';
import { BlockReader } from '../../src/serving/batch/block-reader.ts';
import { readLayout } from '../../src/serving/batch/layout.ts';
import { blockMemory, LineBlocks } from '../../src/serving/batch/line-blocks.ts';
import { HttpError } from '../../src/serving/errors.ts';
import { parseJson } from '../../src/serving/json.ts';
import { exampleIndicators } from '../../support/indicators.ts';
import { coarseMatrix } from '../../support/library-booster.ts';
import { sampleRun } from '../../support/sample-run.ts';
import { chartResult } from '../market/sources/yahoo/chart.ts';
import { madeUpModel } from '../serving/batch/fixture.ts';
import { corpus } from './corpus.ts';
import { damaged } from './damage.ts';

const runs = Number(process.env.FC_RUNS ?? 200);
/** Far above what an input of some kilobytes takes on a busy machine, far below what quadratic work takes. */
const slowestMilliseconds = 5000;

interface Parser {
  readonly valid: readonly (string | Uint8Array)[];
  readonly run: (input: Buffer) => unknown;
  /** Whether an error is one that the parser documents. */
  readonly isRefusal: (error: unknown) => boolean;
}

const isFailure = (error: unknown) => error instanceof Failure;
const isHttpError = (error: unknown) => error instanceof HttpError && error.status < 500;
const never = () => false;

const run = sampleRun();
const model = madeUpModel(2);
const bars = run.bars.slice(0, 60);
const names = model.card.features.map(feature => feature.name);
const row = Object.values(exampleIndicators(model.card.features)).join();
const json = (value: unknown) => JSON.stringify(value);
const text = (parse: (input: string) => unknown) => (input: Buffer) => parse(input.toString());

/** The rows of an upload. */
async function uploadRows(input: Buffer): Promise<number> {
  async function* chunks() {
    for (let at = 0; at < input.length; at += 100) yield input.subarray(at, at + 100);
  }
  const blocks = new LineBlocks(chunks(), () => new ArrayBuffer(blockMemory));
  const header = await blocks.header();
  const layout = readLayout(header.bytes, header.line, model.card.features);
  const reader = new BlockReader(layout, 'skip', model.card.features, model.card.windows);
  let rows = 0;
  for await (const block of blocks) {
    const read = reader.read(block);
    rows += read.rows;
    const end = read.rows * read.columns;
    assert.ok(read.values.subarray(read.firstReady * read.columns, end).every(Number.isFinite));
  }
  return rows;
}

const x = coarseMatrix(new Random(1), 100, 3);
const booster = await trainBooster({
  x,
  y: x.values.filter((_, i) => i % 3 === 0),
  parameters: { maxDepth: 3, learningRate: 0.1, minChildWeight: 1, rounds: 4 },
  seed: 1,
});
const chart = {
  chart: {
    result: [
      chartResult({
        symbol: 'AAPL',
        bars,
        splitDay: bars[30]!.date,
        now: Date.parse('2018-05-14T12:00:00Z') / 1000,
        live: false,
        period1: 0,
        period2: Date.parse('2018-05-14T00:00:00Z') / 1000,
      }),
    ],
    error: null,
  },
};

const success = {
  stage: 'Fetch',
  state: 'Failed',
  kind: 'Transient',
  reason: 'RateLimited',
  message: 'Yahoo answered 429',
};
const end = (message: string) => ({ exitCode: 1, reason: 'Error', message }) as never;
const runFile = json({
  apiVersion: 'bellwether.dev/v1alpha1',
  kind: 'TrainingRun',
  metadata: { name: 'aapl' },
  spec: { model: 'aapl', symbol: 'AAPL', data: { source: 'Sample' } },
});

/** Arguments, one a line, each `name=value`. */
const argumentsOf = (input: string) =>
  input
    .split('\n')
    .filter(line => line !== '')
    .map(line => `--${line}`);
const environmentOf = (input: string) =>
  Object.fromEntries(input.split('\n').map(line => [line.split('=')[0], line.split('=').slice(1).join('=')]));

const parsers: Record<string, Parser> = {
  'an upload': {
    valid: [
      `${names.join()}\n${`${row}\n`.repeat(3)}`,
      `"Date",${names.join(' , ')}\r\n2020-02-29,"${row.split(',').join('","')}"\r\n`,
      formatBars(bars),
    ],
    run: uploadRows,
    isRefusal: isHttpError,
  },
  'a JSON body': {
    valid: [json(exampleIndicators(model.card.features)), '{"a": NaN}'],
    run: parseJson,
    isRefusal: isHttpError,
  },
  'bars.csv': { valid: [formatBars(bars)], run: text(parseBars), isRefusal: isFailure },
  'predictions.csv': {
    valid: [formatPredictions(run.predictions.slice(0, 20))],
    run: text(parsePredictions),
    isRefusal: isFailure,
  },
  "a user's file of bars": {
    valid: [formatBars(bars), 'Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,2,1,2,2,100\n'],
    run: text(input => parseBarFile('bars.csv', input)),
    isRefusal: isFailure,
  },
  'regressor.bin': {
    valid: [encodeBooster(booster), encodeBooster(meanBooster(3, 0.1))],
    run: input => predictReturn(decodeBooster(input), x.values, 0),
    isRefusal: isFailure,
  },
  'classifier.bin': {
    valid: [encodeForest(model.forest)],
    run: input => {
      const forest = decodeForest(input);
      return voteRisk(forest, new Float64Array(forest.columns), 0, new Float64Array(3));
    },
    isRefusal: isFailure,
  },
  'a run file': {
    valid: [runFile, 'spec:\n  model: aapl\n'],
    run: text(input => parseRunText(input, 'run.yaml')),
    isRefusal: isFailure,
  },
  'a termination message': {
    valid: [json(success)],
    run: text(input => [reportIn(end(input), stageReportSchema), reportIn(end(input), scoreReportSchema)]),
    isRefusal: never,
  },
  'a quantity': {
    valid: ['500m', '1.5Gi', '-1e3'],
    run: text(input => quantity.safeParse(input)),
    isRefusal: never,
  },
  'a schedule': {
    valid: ['30 22 * * 1-5', '0 0 29 2 *', '*/5 1,2,3 L * FRI#2'],
    run: text(input => timesOf({ cron: input, timeZone: 'America/New_York' }).next(0)),
    // The reconciler reports the message, whatever the error.
    isRefusal: error => error instanceof Error,
  },
  "the server's arguments": {
    valid: [
      'model-dir=a\nport=1\nlog-level=info',
      'model-dir=a\nupload-limit-bytes=1e3\nexit-on-failure=true',
    ],
    run: text(input => readServerConfig(argumentsOf(input), {})),
    isRefusal: isFailure,
  },
  "the server's environment": {
    valid: [
      'BELLWETHER_MODEL_DIR=a\nBELLWETHER_PORT=1',
      'BELLWETHER_MODEL_DIR=a\nBELLWETHER_UPLOAD_SECONDS=0.5',
    ],
    run: text(input => readServerConfig([], environmentOf(input))),
    isRefusal: isFailure,
  },
  'the settings of make run': {
    valid: ['SYMBOL=AAPL\nSTART=2015-01-01\nSEED=1', 'SYMBOL=MSFT\nLOOKBACK_DAYS=400\nPORT=0\nSERVE=false'],
    run: text(input => localSettings(environmentOf(input))),
    isRefusal: isFailure,
  },
};

for (const [file, schema, value] of [
  ['manifest.json', manifestSchema, undefined],
  ['dataset.json', datasetSchema, run.dataset.description],
  ['model.json', modelCardSchema, run.model],
  ['evaluation.json', evaluationSchema, run.evaluation],
  ['golden.json', goldenSchema, { features: names, rows: [] }],
] as const) {
  parsers[file] = {
    valid: [json(value ?? { stage: 'Fetch', outputs: [{ file: 'bars.csv', sha256: 'a'.repeat(64) }] })],
    run: text(input => parseJsonArtifact(file, input, schema)),
    isRefusal: isFailure,
  };
}

async function check({ run: parse, isRefusal }: Parser, input: Buffer): Promise<void> {
  const start = performance.now();
  try {
    await parse(input);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  const milliseconds = performance.now() - start;
  assert.ok(milliseconds < slowestMilliseconds, `${milliseconds} ms`);
}

describe('damaged input', () => {
  for (const [name, parser] of Object.entries(parsers)) {
    it(`of ${name} is read or refused`, async () => {
      for (const input of corpus[name] ?? []) await check(parser, Buffer.from(input, 'latin1'));
      await fc.assert(
        fc.asyncProperty(damaged(...parser.valid), input => check(parser, input)),
        { numRuns: runs },
      );
    });
  }

  it('of features.csv is read or refused', async () => {
    const { description } = run.dataset;
    const { firstBar, x: values } = computeFeatures(run.bars, description.windows);
    const close = Float64Array.from(run.bars, bar => bar.close);
    const targets = computeTargets(close, description.windows);
    const csv = formatDataset(
      {
        dates: [...run.dataset.dates],
        close: close.subarray(firstBar),
        x: values,
        returnNext: targets.returnNext.subarray(firstBar),
        volatilityAhead: targets.volatilityAhead.subarray(firstBar),
        volatilityNow: targets.volatilityNow.subarray(firstBar),
        volatilityKnown: targets.volatilityKnown.subarray(firstBar),
      },
      description.features,
    );
    parseDataset(csv, description);
    await fc.assert(
      fc.asyncProperty(damaged(csv), input =>
        check({ valid: [], run: text(part => parseDataset(part, description)), isRefusal: isFailure }, input),
      ),
      { numRuns: 20 },
    );
  });

  it('of Yahoo is read or refused', async () => {
    let body: Uint8Array = Buffer.alloc(0);
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const fetchOnce = (input: Buffer) => {
      body = input;
      return fetchYahoo(
        {
          symbol: 'AAPL',
          start: '2010-01-01',
          end: undefined,
          now: '2018-05-14T12:00:00Z',
          signal: new AbortController().signal,
          progress: () => {},
        },
        { origin: new URL(`http://127.0.0.1:${port}`), timeoutSeconds: 20, retries: 0 },
      );
    };
    try {
      for (const input of corpus.Yahoo ?? []) {
        await check({ valid: [], run: fetchOnce, isRefusal: isFailure }, Buffer.from(input, 'latin1'));
      }
      await fc.assert(
        fc.asyncProperty(damaged(json(chart)), input =>
          check({ valid: [], run: fetchOnce, isRefusal: isFailure }, input),
        ),
        { numRuns: Math.ceil(runs / 4) },
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
