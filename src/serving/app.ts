/** The Koa application: the fast path of `/predict` first, then the middleware of all other requests, then the routes. */
import { METHODS } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { Gate } from '../http/gate.ts';
import type { RecordExchange } from '../observability/requests.ts';
import { assets, pagePolicy } from '../web/assets.ts';
import { checkAccess, refuse } from './access-middleware.ts';
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
  /** Loads the modules that routes load lazily, before the first request needs them. */
  warm(): Promise<void>;
  /** Stops the worker threads of uploads. */
  close(): Promise<void>;
}

export interface AppOptions extends Services {
  /** Null if every request is to be answered. */
  readonly gate: Gate | null;
  readonly requestId: RequestIds;
  readonly record: RecordExchange;
  readonly refused: RefusalRecorder;
}

export function createApp(options: AppOptions): App {
  const { state, config, log, gate, requestId, record, refused } = options;
  const limits = { bytes: config.bodyLimitBytes, seconds: config.bodyTimeoutSeconds };
  const predict = predictHandler({ state, limits, requestId, record, refused });

  // All methods, so that an existing path answers 405 to any other method and nothing answers 501.
  const router = new Router({ methods: METHODS });
  // Only what the fast path does not match arrives here: `/predict/`, `/predict?…`.
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
  // A connection that the client breaks during a response is no error of this server.
  app.on('error', error => log.debug({ error }, 'connection lost'));
  if (gate !== null) app.use(checkAccess(gate));
  app.use(predictFastPath(predict));
  app.use(observe({ state, requestId, record, bodySeconds: config.bodyTimeoutSeconds }));
  app.use(answerErrors((cause, id) => refused(asHttpError(cause), cause, id), config.bodyTimeoutSeconds));
  if (gate !== null) app.use(refuse(router));
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
