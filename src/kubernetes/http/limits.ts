import { ApiError } from '../client.ts';

/**
 * What no caller may wait for longer than `milliseconds`; the signal given to `run` is aborted then, or when the
 * caller's is.
 */
export async function limited<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cut = Promise.withResolvers<never>();
  const stop = (error: ApiError) => {
    cut.reject(error);
    controller.abort(error);
  };
  const abort = () => stop(new ApiError(0, 'Aborted', 'the caller gave up'));
  const timer = setTimeout(
    () => stop(new ApiError(0, 'Timeout', `no answer within ${milliseconds / 1000} s`)),
    milliseconds,
  );
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted) abort();
  try {
    // What is cut off may fail later; nobody waits for it then.
    return await Promise.race([
      cut.promise,
      controller.signal.aborted ? cut.promise : run(controller.signal),
    ]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}
