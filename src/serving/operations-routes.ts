/** Routes for probes, Prometheus and generators of clients. */
import type Router from '@koa/router';
import type { Gate } from '../http/gate.ts';
import type { LoadedModel } from './model.ts';
import type { Services } from './services.ts';

export function addOperationsRoutes(
  router: Router,
  { state, metrics, gate }: Services & { readonly gate: Gate | null },
): void {
  let document: Promise<string> | null = null;
  const describe = async (model: LoadedModel) => {
    const { openApiDocument } = await import('./openapi/document.ts');
    return JSON.stringify(openApiDocument(model, gate));
  };

  router.get('/health', ctx => {
    const { status, body } = state.health();
    ctx.status = status;
    ctx.body = body;
  });
  router.get('/livez', ctx => {
    ctx.body = { status: 'alive' };
  });
  router.get('/metrics', async ctx => {
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
  router.get('/openapi.json', async ctx => {
    // Generated with the first request; loading its code earlier would slow down every start.
    document ??= describe(state.require().model);
    ctx.type = 'json';
    ctx.body = await document;
  });
}
