/** For every request but those of the fast path: an id, security headers, a log line and metrics. */
import type Koa from 'koa';
import type { Refusal } from '../http/refusal.ts';
import type { RecordExchange } from '../observability/requests.ts';
import { discardBody } from './body.ts';
import { type ErrorCode, errorStatus } from './errors.ts';
import { securityHeaders } from './headers.ts';
import type { RequestIds } from './request-id.ts';
import type { ServerState } from './state.ts';

export interface ObserveOptions {
  readonly state: ServerState;
  readonly requestId: RequestIds;
  readonly record: RecordExchange;
  /** Time to read and drop a body that no route has read. */
  readonly bodySeconds: number;
}

/** The `ctx.state` of this server. */
export interface RequestState {
  requestId: string;
  /** Set by a route that records its requests itself. */
  recorded?: boolean;
  /** Why the request is refused before any route is called. */
  refusal?: Refusal;
  /** The error's code, for the log. */
  code?: ErrorCode;
}

/** The status recorded for an incomplete answer: that of its error, else 499, the client having disconnected. */
function brokenStatus(code: ErrorCode = 'ClientClosedRequest'): number {
  return errorStatus[code];
}

export function observe(options: ObserveOptions): Koa.Middleware<RequestState, Koa.DefaultContext> {
  const { state, record, bodySeconds } = options;

  return async (ctx, next) => {
    const start = performance.now();
    const requestId = options.requestId(ctx.req.headers['x-request-id']);
    ctx.state.requestId = requestId;
    ctx.set(securityHeaders);
    ctx.set('x-request-id', requestId);
    ctx.set('cache-control', 'no-store');
    if (state.draining) ctx.set('connection', 'close');
    ctx.res.once('close', () => {
      if (ctx.state.recorded === true) return;
      record({
        requestId,
        method: ctx.method,
        route: String(ctx._matchedRoute ?? ctx.matched?.[0]?.path ?? 'unmatched'),
        url: ctx.originalUrl,
        status: ctx.res.writableFinished ? ctx.res.statusCode : brokenStatus(ctx.state.code),
        seconds: (performance.now() - start) / 1000,
        code: ctx.state.code,
      });
    });
    await next();
    ctx.res.once('finish', () => discardBody(ctx.req, bodySeconds));
  };
}
