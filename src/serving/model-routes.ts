/** The served model, its evaluation and report, and the series of the page's charts. */
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
      // A version never changes, so version and digest are the ETag of everything derived from it.
      ctx.set('etag', `"${model.version}-${model.digests.Evaluate.slice(0, 12)}"`);
      ctx.set('cache-control', 'no-cache');
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = await answer(model, ctx);
    });
  };
  let history: Promise<string> | null = null;
  // Loaded with the first request: the code that parses three tables would slow down every start.
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
