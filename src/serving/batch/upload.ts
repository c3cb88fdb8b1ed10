/** Processes one upload, from its bytes to the end of its answer. */
import type { Context } from 'koa';
import type { ServerMetrics } from '../../observability/metrics.ts';
import { windowRows } from '../drift/input-drift.ts';
import { HttpError } from '../errors.ts';
import type { LoadedModel } from '../model.ts';
import type { PredictionRecorder } from '../prediction-recorder.ts';
import type { AnswerStream, Summary } from './answer-stream.ts';
import { type Block, listedProblems, type OnError } from './block-reader.ts';
import { ByteBudget, type ByteBudgetLimits } from './byte-budget.ts';
import { gunzipped } from './gzip.ts';
import { inOrder } from './in-order.ts';
import { LastInputs } from './last-inputs.ts';
import { readLayout } from './layout.ts';
import { LineBlocks } from './line-blocks.ts';
import { fileInForm } from './multipart.ts';
import type { BodyForm } from './negotiation.ts';
import type { BatchPool } from './pool.ts';
import { rowError } from './problem.ts';
import type { RequestBytes } from './request-bytes.ts';
import type { Format } from './row-writer.ts';
import type { Answer, Upload } from './tasks.ts';

/** Blocks of one upload in progress: enough to keep two workers busy, few enough to share workers and memory. */
const blocksAhead = 5;

let uploads = 0;

/** What all uploads use. */
export interface UploadServices {
  readonly model: Pick<LoadedModel, 'name' | 'version' | 'card' | 'booster' | 'forest'>;
  readonly metrics: Pick<ServerMetrics, 'batchRows' | 'batchSeconds' | 'batchUploads'>;
  readonly recorder: PredictionRecorder;
}

export interface UploadRequest extends UploadServices {
  readonly context: Context;
  readonly request: RequestBytes;
  readonly form: BodyForm;
  readonly stream: AnswerStream;
  readonly onError: OnError;
  readonly format: Format;
  readonly pool: BatchPool;
  readonly limits: ByteBudgetLimits;
  /** Fires when the client disconnects; fired here when the upload ends. */
  readonly stop: AbortController;
}

/** Predicts every row. @throws HttpError when anything is wrong with the upload. */
export async function predictUpload(batch: UploadRequest): Promise<void> {
  const { request, pool } = batch;
  const budget = new ByteBudget(batch.limits, batch.stop.signal);
  const blocks = new LineBlocks(
    fileBytes(batch, budget),
    () => pool.takeMemory(),
    () => request.row(),
  );
  try {
    await predictBlocks(batch, blocks, budget);
  } finally {
    blocks.close();
  }
}

async function predictBlocks(batch: UploadRequest, blocks: LineBlocks, budget: ByteBudget): Promise<void> {
  const { stream, onError, format, pool, model, stop } = batch;
  const header = await blocks.header();
  const layout = readLayout(header.bytes, header.line, model.card.features);
  const upload: Upload = { id: uploads++, layout, onError, format };
  const work =
    layout.input === 'ohlcv' ? barsWork(pool, upload, stop.signal) : rowsWork(pool, upload, stop.signal);
  const summary: Summary = {
    input: layout.input,
    rows: 0,
    predicted: 0,
    warming_up: 0,
    skipped: 0,
    errors: [],
  };
  const lastInputs = new LastInputs(windowRows * model.card.features.length);
  try {
    for await (const answer of inOrder(blocks, work.run, blocksAhead)) {
      add(batch, summary, answer);
      budget.answered(answer.rows, answer.badRows);
      lastInputs.push(answer.inputs);
      const [first] = answer.problems;
      const isFatal = onError === 'fail' && first !== undefined;
      // If the error is in the first block, nothing is sent and the error is the answer.
      if (!isFatal || stream.started) await stream.write(answer.bytes, () => pool.giveBack(answer.bytes));
      if (isFatal) throw rowError(first);
      stop.signal.throwIfAborted();
    }
    if (summary.rows + summary.skipped === 0) {
      throw new HttpError('EmptyTable', 'the upload has a header, but no rows', { line: header.line });
    }
    stream.end(summary);
  } finally {
    for (const inputs of lastInputs.pieces) batch.recorder.inputs(inputs);
    stop.abort(new Error('the upload has ended'));
    pool.drop(stop.signal);
    work.end();
  }
}

/** The bytes of the file, out of its form and decompressed. */
function fileBytes({ context, request, form }: UploadRequest, budget: ByteBudget): AsyncIterable<Uint8Array> {
  const sent = budget.sent(request);
  const body = form.isEncoded ? gunzipped(sent, true, budget) : sent;
  return gunzipped(form.isForm ? fileInForm(context, body) : body, form.isGzipFile, budget);
}

interface Work {
  run(block: Block): Promise<Answer>;
  end(): void;
}

function rowsWork(pool: BatchPool, upload: Upload, signal: AbortSignal): Work {
  return { run: block => pool.run({ kind: 'answer', upload, block }, signal), end: () => undefined };
}

/**
 * Features of bars depend on all earlier bars, so one worker computes them. Prediction, which takes several times as
 * long, runs on any free worker.
 */
function barsWork(pool: BatchPool, upload: Upload, signal: AbortSignal): Work {
  const lane = pool.claim();
  return {
    run: async block => {
      const rows = await pool.run({ kind: 'featurize', upload, block }, signal, lane);
      return pool.run({ kind: 'predict', upload, rows }, signal);
    },
    end: () => pool.release(lane, upload.id),
  };
}

function add({ metrics, recorder }: UploadRequest, summary: Summary, answer: Answer): void {
  const predicted = answer.rows - answer.warmingUp;
  summary.rows += answer.rows;
  summary.predicted += predicted;
  summary.warming_up += answer.warmingUp;
  summary.skipped += answer.badRows;
  summary.errors.push(...answer.problems.slice(0, listedProblems - summary.errors.length));
  metrics.batchRows.inc({ outcome: 'predicted' }, predicted);
  metrics.batchRows.inc({ outcome: 'warming_up' }, answer.warmingUp);
  metrics.batchRows.inc({ outcome: 'skipped' }, answer.badRows);
  recorder.counts(answer.counts);
}
