/** Refuses requests without an accepted token, or beyond the limit of their client, before any route is called. */
import type Router from '@koa/router';
import type Koa from 'koa';
import type { Gate } from '../http/gate.ts';
import { answerOf, type Refusal } from '../http/refusal.ts';
import { needsAccess, scopeOf } from './access-scope.ts';
import { type ErrorCode, HttpError } from './errors.ts';
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
    const { message, headers } = answerOf(refusal, '/health');
    ctx.set(headers);
    throw new HttpError(codes[refusal.kind], message, detailsOf(refusal));
  };
}

const codes = {
  TokenMissing: 'Unauthorized',
  TokenRefused: 'Unauthorized',
  TokensUnavailable: 'TokensUnavailable',
  TooManyRequests: 'TooManyRequests',
} as const satisfies Record<Refusal['kind'], ErrorCode>;

function detailsOf(refusal: Refusal): Record<string, unknown> {
  if (refusal.kind !== 'TooManyRequests') return {};
  const { limit, retryAfterSeconds } = refusal;
  return { requestsPerSecond: limit.perSecond, burst: limit.burst, retryAfterSeconds };
}
