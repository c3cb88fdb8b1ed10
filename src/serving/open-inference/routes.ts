/** The routes of the Open Inference Protocol. */
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import manifest from '../../../package.json' with { type: 'json' };
import { readBody } from '../body.ts';
import { HttpError } from '../errors.ts';
import { parseJson, requireJson } from '../json.ts';
import type { Services } from '../services.ts';
import type { Served } from '../state.ts';
import type { Inference } from './infer.ts';

/** Below this path errors have the protocol's format. */
export const openInferencePrefix = '/v2';

/** Loaded with the first request that needs it: faster start. */
const inference = () => import('./infer.ts');

export function addOpenInference(router: Router, { state, config }: Services): void {
  const modelPaths = (end: string) => [
    `/v2/models/:model${end}`,
    `/v2/models/:model/versions/:version${end}`,
  ];
  const named = (ctx: RouterContext) => requireNamed(state.require(), ctx.params);

  router.get('/v2', ctx => {
    ctx.body = { name: 'bellwether', version: manifest.version, extensions: [] };
  });
  router.get('/v2/health/live', ctx => {
    ctx.body = { live: true };
  });
  router.get('/v2/health/ready', ctx => {
    ctx.status = state.health().status;
    ctx.body = { ready: ctx.status === 200 };
  });
  for (const path of modelPaths('')) {
    router.get(path, async ctx => {
      const { model } = named(ctx);
      ctx.body = (await inference()).describeModel(model);
    });
  }
  for (const path of modelPaths('/ready')) {
    router.get(path, ctx => {
      const { name } = named(ctx).model;
      ctx.body = { name, ready: true };
    });
  }
  for (const path of modelPaths('/infer')) {
    router.post(path, async ctx => {
      const served = named(ctx);
      // The protocol requires no content type, and Triton's client sends none.
      if (ctx.req.headers['content-type'] !== undefined) requireJson(ctx.req);
      const limits = { bytes: config.inferBodyLimitBytes, seconds: config.bodyTimeoutSeconds };
      const body = await readBody(ctx.req, limits);
      const { infer } = await inference();
      const result = infer(served.model, parseJson(body), config.inferRowLimit);
      record(served, result);
      ctx.body = result.answer;
    });
  }
}

function record({ recorder }: Served, { x, returns, levels }: Inference): void {
  for (let row = 0; row < x.rows; row++) {
    recorder.row(x.values, row * x.columns, returns[row]!, levels[row]!);
  }
}

function requireNamed(served: Served, parameters: Readonly<Record<string, string | undefined>>): Served {
  const { model: name, version } = parameters;
  const { model } = served;
  if (name !== model.name) {
    throw new HttpError('NotFound', `there is no model ${name} here, only ${model.name}`);
  }
  if (version !== undefined && version !== model.version) {
    throw new HttpError('NotFound', `${name} has no version ${version} here, only ${model.version}`);
  }
  return served;
}
