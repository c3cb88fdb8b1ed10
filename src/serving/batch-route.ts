/** `/predict_batch`. Its code is loaded after the server is ready, since it would slow down every start. */
import type Router from '@koa/router';
import type { Services } from './services.ts';

interface Batch {
  /**
   * Loads what the first upload will need. The form parser alone blocks the event loop for a tenth of a second, which
   * does least harm before there is traffic.
   */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export function addBatch(router: Router, { state, config, metrics }: Services): Batch {
  metrics.batchUploadsLimit.set(config.batchConcurrency);
  for (const outcome of ['predicted', 'warming_up', 'skipped']) metrics.batchRows.inc({ outcome }, 0);
  let handler: ReturnType<typeof load> | null = null;
  const load = async () => {
    const { createBatchHandler } = await import('./batch/handler.ts');
    const { model, recorder } = state.require();
    return createBatchHandler({ model, config, metrics, recorder });
  };
  router.post('/predict_batch', async ctx => {
    state.require();
    handler ??= load();
    await (await handler).handle(ctx);
  });
  return {
    warm: async () => {
      await import('./batch/handler.ts');
      await import('koa-body');
    },
    close: async () => {
      await (await handler)?.close();
    },
  };
}
