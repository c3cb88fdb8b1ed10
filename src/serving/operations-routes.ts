/** What probes, scrapers and clients' generators ask for. */
import type Router from '@koa/router';
import { openApiDocument } from './openapi/document.ts';
import type { Services } from './services.ts';

export function addOperationsRoutes(router: Router, { state, metrics }: Services): void {
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
  router.get('/openapi.json', ctx => {
    ctx.body = openApiDocument(state.require().model);
  });
}
