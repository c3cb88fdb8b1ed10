/** `/predict_batch`, whose code is loaded with the first upload: it would slow down every start. */
import type Router from '@koa/router';
import type { Services } from './services.ts';

interface Batch {
  close(): Promise<void>;
}

export function addBatch(router: Router, { state, config, metrics }: Services): Batch {
  let handler: ReturnType<typeof load> | null = null;
  const load = async () => {
    const { createBatchHandler } = await import('./batch/index.ts');
    return createBatchHandler({ model: state.require().model, config, metrics });
  };
  router.post('/predict_batch', async ctx => {
    state.require();
    handler ??= load();
    await (await handler).handle(ctx);
  });
  return {
    close: async () => {
      await (await handler)?.close();
    },
  };
}
