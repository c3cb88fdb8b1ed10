/** The handler of `POST /predict_batch`: a CSV file in, a prediction for every row out, both streamed. */
import type { Socket } from 'node:net';
import type { Context } from 'koa';
import type { ServerConfig } from '../../config.ts';
import { asHttpError, HttpError } from '../errors.ts';
import { AnswerStream, hasChunks } from './answer-stream.ts';
import { bodyFormOf, formatOf, onErrorOf } from './negotiation.ts';
import { BatchPool } from './pool.ts';
import { type Patience, RequestBytes } from './request-bytes.ts';
import { predictUpload, type UploadServices } from './upload.ts';

export interface BatchOptions extends UploadServices {
  readonly config: Pick<
    ServerConfig,
    | 'uploadLimitBytes'
    | 'uploadDecompressedLimitBytes'
    | 'uploadSparseLimitBytes'
    | 'uploadIdleSeconds'
    | 'uploadMinimumRate'
    | 'uploadRowSeconds'
    | 'uploadSeconds'
    | 'batchWorkers'
    | 'batchConcurrency'
  >;
}

export interface BatchHandler {
  /**
   * Answers one upload and settles when the answer has ended or has been aborted.
   * @throws HttpError when nothing has been answered yet.
   */
  handle(context: Context): Promise<void>;
  /** Ends the worker threads; uploads in progress are aborted. */
  close(): Promise<void>;
}

/** Retry-After of a 503, in seconds. */
const retryAfterSeconds = 2;
/** How long a client may go on sending after an error, so that it can read the error. */
const patience: Patience = { idleSeconds: 1, totalSeconds: 10 };

/** Worker threads start with the first upload. */
export function createBatchHandler({ model, config, metrics, recorder }: BatchOptions): BatchHandler {
  const { card, booster, forest } = model;
  const pool = new BatchPool(config.batchWorkers, {
    features: card.features,
    windows: card.windows,
    booster,
    forest,
  });
  let active = 0;

  async function handle(context: Context): Promise<void> {
    if (active >= config.batchConcurrency) {
      context.set('Retry-After', String(retryAfterSeconds));
      throw new HttpError('Busy', `${active} uploads are in progress: try again later`, {
        limit: config.batchConcurrency,
      });
    }
    metrics.batchUploads.set(++active);
    const end = metrics.batchSeconds.startTimer();
    let outcome = 'error';
    try {
      await answer(context);
      outcome = 'success';
    } finally {
      metrics.batchUploads.set(--active);
      end({ outcome });
    }
  }

  async function answer(context: Context): Promise<void> {
    const format = formatOf(context);
    const onError = onErrorOf(context);
    const form = bodyFormOf(context);
    const request = new RequestBytes(context.req, {
      maximumBytes: config.uploadLimitBytes,
      idleSeconds: config.uploadIdleSeconds,
      minimumRate: config.uploadMinimumRate,
      rowSeconds: config.uploadRowSeconds,
    });
    const limits = {
      decompressedBytes: config.uploadDecompressedLimitBytes,
      sparseBytes: config.uploadSparseLimitBytes,
    };
    const stream = new AnswerStream(context.res, format, model, config.uploadIdleSeconds);
    const stop = new AbortController();
    const end = (error: HttpError) => {
      stop.abort(error);
      request.fail(error);
    };
    const onClose = () =>
      end(new HttpError('ClientClosedRequest', 'the client disconnected before the answer was complete'));
    context.res.once('close', onClose);
    const { uploadSeconds } = config;
    const timer = setTimeout(
      () =>
        end(
          new HttpError('RequestTimeout', `upload and answer took longer than ${uploadSeconds} s: split it`),
        ),
      uploadSeconds * 1000,
    );
    try {
      const upload = { context, request, form, stream, onError, format, limits, stop };
      await predictUpload({ ...upload, pool, model, metrics, recorder });
      context.respond = false;
    } catch (error) {
      await abortAnswer(context, request, stream, error);
    } finally {
      clearTimeout(timer);
      context.res.off('close', onClose);
    }
  }

  return { handle, close: () => pool.close() };
}

/**
 * Throws the error for the server to count. Before the first byte of the answer the server also answers with it; later
 * the connection is closed here.
 */
async function abortAnswer(
  context: Context,
  request: RequestBytes,
  stream: AnswerStream,
  error: unknown,
): Promise<never> {
  if (!stream.started) {
    // In the background, since the answer is sent while the client is still sending.
    void request.discard(patience).then(() => context.req.complete || context.req.destroy());
    throw error;
  }
  // The server's error handling must not answer.
  context.respond = false;
  await stream.fail(asHttpError(error));
  await request.discard(patience);
  if (hasChunks(context.req)) context.res.destroy();
  // Without chunks the end of the connection ends the answer, so only a reset shows that it is incomplete.
  else breakConnection(context.req.socket);
  throw error;
}

/** A reset shows the client that the answer is incomplete. Connections with TLS cannot be reset, only closed. */
function breakConnection(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
