/** The Koa application: the path of every prediction first, then what all other requests share, then the routes. */
import { METHODS } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { RecordExchange } from '../observability/requests.ts';
import { assets, pagePolicy } from '../web/assets.ts';
import { addBatch } from './batch-route.ts';
import { compareWithTraining } from './drift/training-rows.ts';
import { answerErrors } from './error-middleware.ts';
import { asHttpError } from './errors.ts';
import { addModelRoutes } from './model-routes.ts';
import { observe } from './observe-middleware.ts';
import { addOpenInference } from './open-inference/routes.ts';
import { addOperationsRoutes } from './operations-routes.ts';
import { predictFastPath, predictHandler, type RequestHandler } from './predict/fast-path.ts';
import type { RefusalRecorder } from './refusals.ts';
import type { RequestIds } from './request-id.ts';
import type { Services } from './services.ts';
import { addStaticFiles } from './static-files.ts';

export interface App {
  readonly handle: RequestHandler;
  /** Every route's path and methods, for the test that all of them are documented. */
  readonly routes: readonly { readonly path: string; readonly methods: readonly string[] }[];
  /** Loads what the routes have put off, ahead of the first request that needs it. */
  warm(): Promise<void>;
  /** Ends what the routes have started. */
  close(): Promise<void>;
}

export interface AppOptions extends Services {
  readonly requestId: RequestIds;
  readonly record: RecordExchange;
  readonly refused: RefusalRecorder;
}

export function createApp(options: AppOptions): App {
  const { state, config, log, requestId, record, refused } = options;
  const limits = { bytes: config.bodyLimitBytes, seconds: config.bodyTimeoutSeconds };
  const predict = predictHandler({ state, limits, requestId, record, refused });

  // All of them: a path that is there answers 405 to any method it does not take, and nothing answers 501.
  const router = new Router({ methods: METHODS });
  // Only what the fast path does not know arrives here: `/predict/`, `/predict?…`.
  router.post('/predict', ctx => {
    ctx.respond = false;
    ctx.state.recorded = true;
    predict(ctx.req, ctx.res);
  });
  const batch = addBatch(router, options);
  addModelRoutes(router, options);
  addOperationsRoutes(router, options);
  addOpenInference(router, options);
  const apiRoutes = router.stack.map(({ path, methods }) => ({ path: String(path), methods }));
  addStaticFiles(router, assets, pagePolicy);

  const app = new Koa();
  // A connection that breaks under an answer is the client's affair, not this server's error.
  app.on('error', error => log.debug({ error }, 'connection lost'));
  app.use(predictFastPath(predict));
  app.use(observe({ state, requestId, record, bodySeconds: config.bodyTimeoutSeconds }));
  app.use(answerErrors((cause, id) => refused(asHttpError(cause), cause, id), config.bodyTimeoutSeconds));
  app.use(router.routes());
  app.use(router.allowedMethods());
  const callback = app.callback();
  return {
    handle: (request, response) => void callback(request, response),
    routes: apiRoutes,
    warm: async () => {
      await batch.warm();
      await compareWithTraining(options);
    },
    close: batch.close,
  };
}
