/** The handler of `POST /predict_batch`: a CSV file in, a prediction for every row out, both streamed. */
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
    'uploadLimitBytes' | 'uploadIdleSeconds' | 'batchWorkers' | 'batchConcurrency'
  >;
}

export interface BatchHandler {
  /**
   * Answers one upload and settles when the answer has ended or been broken off.
   * @throws HttpError when nothing has been answered yet.
   */
  handle(context: Context): Promise<void>;
  /** Ends the worker threads; uploads under way are broken off. */
  close(): Promise<void>;
}

/** When to come back after 503, in seconds. */
const retryAfterSeconds = 2;
/** For a client that is still sending after an error, so that it gets to read the error. */
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
      throw new HttpError('Busy', `${active} uploads are being worked on: come back later`, {
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
    });
    const stream = new AnswerStream(context.res, format, model, config.uploadIdleSeconds);
    const stop = new AbortController();
    const abandon = () => {
      stop.abort(new HttpError('ClientClosedRequest', 'the client went away before its answer was whole'));
    };
    context.res.once('close', abandon);
    try {
      const upload = { context, request, form, stream, onError, format, stop };
      await predictUpload({ ...upload, pool, model, metrics, recorder });
      context.respond = false;
    } catch (error) {
      await breakOff(context, request, stream, error);
    } finally {
      context.res.off('close', abandon);
    }
  }

  return { handle, close: () => pool.close() };
}

/**
 * Throws the error for the server to count and, before the first byte of the answer, to answer. After it: ends the
 * connection.
 */
async function breakOff(
  context: Context,
  request: RequestBytes,
  stream: AnswerStream,
  error: unknown,
): Promise<never> {
  if (!stream.started) {
    // In the background: the answer is already on its way while the client is still sending.
    void request.discard(patience).then(() => context.req.complete || context.req.destroy());
    throw error;
  }
  // From here on the server's own error handling has nothing to say.
  context.respond = false;
  await stream.fail(asHttpError(error));
  await request.discard(patience);
  if (hasChunks(context.req)) context.res.destroy();
  // An answer that ends with its connection looks whole unless that is reset.
  else context.req.socket.resetAndDestroy();
  throw error;
}
