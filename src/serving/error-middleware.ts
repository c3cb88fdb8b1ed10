/** Turns whatever a route throws, and the router's bare statuses, into an answer in the API's form. */
import type Koa from 'koa';
import { asHttpError, HttpError } from './errors.ts';
import type { RequestState } from './observe-middleware.ts';
import { openInferencePrefix } from './open-inference/routes.ts';

export function answerErrors(
  refused: (cause: unknown, requestId: string) => void,
): Koa.Middleware<RequestState, Koa.DefaultContext> {
  return async (ctx, next) => {
    try {
      await next();
      checkRouted(ctx);
    } catch (cause) {
      const error = asHttpError(cause);
      refused(cause, ctx.state.requestId);
      ctx.state.code = error.code;
      if (ctx.headerSent) {
        // Half an answer is out; only a broken connection tells the client that the rest is missing.
        ctx.res.destroy();
        return;
      }
      ctx.status = error.status;
      if (error.status === 408) ctx.set('connection', 'close');
      ctx.body = isOpenInference(ctx.path) ? { error: error.message } : error.body;
    }
  };
}

/** @throws HttpError when no route has answered. */
function checkRouted(ctx: Koa.Context): void {
  if (ctx.respond === false || ctx.body !== undefined || ctx.headerSent) return;
  const { method, path } = ctx;
  if (ctx.status === 404) throw new HttpError('NotFound', `there is nothing at ${path}`, { path });
  if (ctx.status === 405) {
    const allow = ctx.response.get('allow');
    throw new HttpError('MethodNotAllowed', `${path} takes ${allow}, not ${method}`, { allow });
  }
  if (ctx.status === 501) throw new HttpError('NotImplemented', `no path takes ${method}`, { method });
}

function isOpenInference(path: string): boolean {
  return path === openInferencePrefix || path.startsWith(`${openInferencePrefix}/`);
}
