/** Refuses requests without an accepted token, or beyond the limit of their client, before any route is called. */
import type Router from '@koa/router';
import type Koa from 'koa';
import type { Gate, Refusal } from '../http/gate.ts';
import { needsAccess, scopeOf } from './access-scope.ts';
import { HttpError } from './errors.ts';
import type { RequestState } from './observe-middleware.ts';

type Middleware = Koa.Middleware<RequestState, Koa.DefaultContext>;

/** Runs before the fast path, and once for each request: it counts the request against the limit of its client. */
export function checkAccess(gate: Gate): Middleware {
  return (ctx, next) => {
    const { method, path } = ctx;
    if (!needsAccess(method, path)) return next();
    const refusal = gate.refusal(ctx.req, scopeOf(path));
    if (refusal !== null) ctx.state.refusal = refusal;
    return next();
  };
}

/** Answers what was refused, after request ids, log and metrics are set up. @throws HttpError */
export function refuse(router: Router): Middleware {
  return (ctx, next) => {
    const { refusal } = ctx.state;
    if (refusal === undefined) return next();
    // The route is a label of the metrics.
    ctx.matched = router.match(ctx.path, ctx.method).path;
    ctx.set(headersOf(refusal));
    throw errorOf(refusal);
  };
}

function headersOf(refusal: Refusal): Record<string, string> {
  switch (refusal.kind) {
    case 'TokenMissing':
      return { 'www-authenticate': 'Bearer realm="bellwether"' };
    case 'TokenRefused':
      return { 'www-authenticate': 'Bearer realm="bellwether", error="invalid_token"' };
    case 'TooManyRequests':
      return { 'retry-after': String(refusal.retryAfterSeconds) };
    case 'TokensUnavailable':
      return {};
  }
}

function errorOf(refusal: Refusal): HttpError {
  switch (refusal.kind) {
    case 'TokenMissing':
      return new HttpError(
        'Unauthorized',
        'a token is needed: send the header Authorization: Bearer <token>',
      );
    case 'TokenRefused':
      return new HttpError(
        'Unauthorized',
        'the token is not accepted; it may have been replaced by a new one',
      );
    case 'TokensUnavailable':
      return new HttpError(
        'TokensUnavailable',
        'the server cannot read its tokens, so it accepts none; see GET /health',
      );
    case 'TooManyRequests': {
      const { limit, retryAfterSeconds } = refusal;
      return new HttpError(
        'TooManyRequests',
        `a client may send ${limit.perSecond} requests per second, and ${limit.burst} at once: try again in ${retryAfterSeconds} s`,
        { requestsPerSecond: limit.perSecond, burst: limit.burst, retryAfterSeconds },
      );
    }
  }
}
