/** Turns errors thrown by routes, and the router's bare statuses, into answers of the API's error format. */
import type Koa from 'koa';
import { endAnswer } from './body.ts';
import { asHttpError, HttpError } from './errors.ts';
import type { RequestState } from './observe-middleware.ts';
import { openInferencePrefix } from './open-inference/routes.ts';

export function answerErrors(
  refused: (cause: unknown, requestId: string) => void,
  bodySeconds: number,
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
        // Part of the answer has been sent. Only a broken connection shows the client that the rest is missing.
        ctx.res.destroy();
        return;
      }
      ctx.status = error.status;
      if (error.status === 408) ctx.set('connection', 'close');
      ctx.body = isOpenInference(ctx.path) ? { error: error.message } : error.body;
      if (error.status !== 408) endEarly(ctx, bodySeconds);
    }
  };
}

/** Answers a client that is still sending before the connection is closed. Koa would close it at once. */
function endEarly(ctx: Koa.Context, seconds: number): void {
  if (ctx.req.complete || ctx.res.shouldKeepAlive) return;
  const text = JSON.stringify(ctx.body);
  ctx.length = Buffer.byteLength(text);
  ctx.respond = false;
  endAnswer(ctx.req, ctx.res, text, seconds);
}

/** @throws HttpError when no route has answered. */
function checkRouted(ctx: Koa.Context): void {
  if (ctx.respond === false || ctx.body !== undefined || ctx.headerSent) return;
  const { method, path } = ctx;
  if (ctx.status === 404)
    throw new HttpError('NotFound', `there is nothing at ${path}; /docs lists the paths`, { path });
  if (ctx.status === 405) {
    const allow = ctx.response.get('allow');
    throw new HttpError('MethodNotAllowed', `${path} takes ${allow}, not ${method}`, { allow });
  }
}

function isOpenInference(path: string): boolean {
  return path === openInferencePrefix || path.startsWith(`${openInferencePrefix}/`);
}
