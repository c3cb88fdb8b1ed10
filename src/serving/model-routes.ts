/** What the model in service is, how it was judged, and the series behind the charts. */
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { artifactFiles } from '../api/artifacts.ts';
import { reportPolicy } from '../web/assets.ts';
import type { LoadedModel } from './model.ts';
import type { Services } from './services.ts';

export function addModelRoutes(router: Router, { state }: Services): void {
  const cached = <T>(path: string, answer: (model: LoadedModel, ctx: RouterContext) => T | Promise<T>) => {
    router.get(path, async ctx => {
      const { model } = state.require();
      // A version never changes, so its digests are the ETag of all that is said of it.
      ctx.set('etag', `"${model.version}-${model.digests.Evaluate.slice(0, 12)}"`);
      ctx.set('cache-control', 'no-cache');
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = await answer(model, ctx);
    });
  };
  let history: Promise<string> | null = null;
  // Loaded when first asked for: parsing three tables' worth of code would slow down every start.
  const historyOf = async (model: LoadedModel) => {
    const { readHistory } = await import('./history.ts');
    return JSON.stringify(await readHistory(model));
  };

  cached('/model', ({ name, run, version, digests, card }) => ({ name, run, version, digests, card }));
  cached('/model/evaluation', model => model.evaluation);
  cached('/model/history', async (model, ctx) => {
    history ??= historyOf(model);
    history.catch(() => {
      history = null;
    });
    ctx.type = 'json';
    return history;
  });
  cached('/model/report', async (model, ctx) => {
    ctx.set('content-security-policy', reportPolicy);
    ctx.type = 'html';
    return model.stages.Evaluate.read(artifactFiles.report);
  });
}
