import { ApiError } from '../client.ts';

/**
 * Rejects when `run` has not ended within the time limit, or when the outer signal is aborted; the signal given to
 * `run` is aborted in both cases.
 * @throws ApiError with reason Timeout or Aborted
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const stop = (error: ApiError) => {
    stopped.reject(error);
    controller.abort(error);
  };
  const abort = () => stop(new ApiError(0, 'Aborted', 'the caller aborted the request'));
  const timer = setTimeout(
    () => stop(new ApiError(0, 'Timeout', `no response within ${milliseconds / 1000} s`)),
    milliseconds,
  );
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted) abort();
  try {
    // If `run` rejects after that, its error is ignored.
    return await Promise.race([
      stopped.promise,
      controller.signal.aborted ? stopped.promise : run(controller.signal),
    ]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  }
}
