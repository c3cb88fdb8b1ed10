/**
 * `POST /predict`, handled before the router and answered on Node's response. Measured at 10 connections, routing and
 * Koa's response would cost a third of the throughput.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Koa from 'koa';
import type { RecordExchange } from '../../observability/requests.ts';
import { type BodyLimits, collectBody, endAnswer } from '../body.ts';
import { asHttpError } from '../errors.ts';
import { jsonType, securityHeaders } from '../headers.ts';
import { requireJson } from '../json.ts';
import type { RequestState } from '../observe-middleware.ts';
import type { RefusalRecorder } from '../refusals.ts';
import type { RequestIds } from '../request-id.ts';
import type { ServerState } from '../state.ts';

export interface FastPathOptions {
  readonly state: ServerState;
  readonly limits: BodyLimits;
  readonly requestId: RequestIds;
  readonly record: RecordExchange;
  readonly refused: RefusalRecorder;
}

const answered = Promise.resolve();
const fixedHeaders = ['content-type', jsonType, ...Object.entries(securityHeaders).flat()];

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Middleware that passes `POST /predict`, unless refused, to `handle` and everything else to the next middleware. */
export function predictFastPath(handle: RequestHandler): Koa.Middleware<RequestState> {
  return (ctx, next) => {
    if (ctx.req.url !== '/predict' || ctx.req.method !== 'POST' || ctx.state.refusal !== undefined) {
      return next();
    }
    ctx.respond = false;
    handle(ctx.req, ctx.res);
    return answered;
  };
}

/** Reads, predicts, answers and records; never throws. */
export function predictHandler(options: FastPathOptions): RequestHandler {
  const { state, limits, record, refused } = options;

  return (request, response) => {
    const start = performance.now();
    const requestId = options.requestId(request.headers['x-request-id']);

    const send = (status: number, text: string, code?: string) => {
      // Closes the connection of a client that sends its body too slowly, and of every client while the server drains.
      if (state.draining || status === 408) response.shouldKeepAlive = false;
      response.writeHead(status, [
        ...fixedHeaders,
        'x-request-id',
        requestId,
        'content-length',
        String(Buffer.byteLength(text)),
      ]);
      endAnswer(request, response, text, status === 408 ? 0 : limits.seconds);
      const seconds = (performance.now() - start) / 1000;
      const url = request.url ?? '';
      record({ requestId, method: 'POST', route: '/predict', url, status, seconds, code });
    };
    const fail = (cause: unknown) => {
      const error = asHttpError(cause);
      refused(error, cause, requestId);
      send(error.status, JSON.stringify(error.body), error.code);
    };

    collectBody(request, limits, (error, body) => {
      let text: string;
      try {
        if (error !== null) throw error;
        requireJson(request);
        text = state.require().predict(body);
      } catch (cause) {
        fail(cause);
        return;
      }
      send(200, text);
    });
  };
}
