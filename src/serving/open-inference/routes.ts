/** The protocol's paths. */
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import manifest from '../../../package.json' with { type: 'json' };
import { riskNames } from '../../api/risk.ts';
import { readBody } from '../body.ts';
import { HttpError } from '../errors.ts';
import { parseJson, requireJson } from '../json.ts';
import type { LoadedModel } from '../model.ts';
import type { Services } from '../services.ts';

/** Where errors take the protocol's form instead of ours. */
export const openInferencePrefix = '/v2';

/** Loaded with the first request that needs it, so that every start is quicker. */
const inference = () => import('./infer.ts');

export function addOpenInference(router: Router, { state, config, metrics }: Services): void {
  const modelPaths = (end: string) => [
    `/v2/models/:model${end}`,
    `/v2/models/:model/versions/:version${end}`,
  ];
  const named = (ctx: RouterContext) => requireNamed(state.require().model, ctx.params);

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
      const model = named(ctx);
      ctx.body = (await inference()).describeModel(model);
    });
  }
  for (const path of modelPaths('/ready')) {
    router.get(path, ctx => {
      const { name } = named(ctx);
      ctx.body = { name, ready: true };
    });
  }
  for (const path of modelPaths('/infer')) {
    router.post(path, async ctx => {
      const model = named(ctx);
      // The protocol asks for no content type, and Triton's client sends none.
      if (ctx.req.headers['content-type'] !== undefined) requireJson(ctx.req);
      const limits = { bytes: config.inferBodyLimitBytes, seconds: config.bodyTimeoutSeconds };
      const body = await readBody(ctx.req, limits);
      const { infer } = await inference();
      const { answer, returns, levels } = infer(model, parseJson(body), config.inferRowLimit);
      countPredictions(metrics, returns, levels);
      ctx.body = answer;
    });
  }
}

function countPredictions(metrics: Services['metrics'], returns: Float64Array, levels: Uint8Array): void {
  for (const value of returns) metrics.predictedReturn.observe(value);
  const counts = [0, 0, 0];
  for (const level of levels) counts[level]! += 1;
  counts.forEach((count, level) => {
    if (count > 0) metrics.predictions.labels(riskNames[level]!).inc(count);
  });
}

function requireNamed(
  model: LoadedModel,
  parameters: Readonly<Record<string, string | undefined>>,
): LoadedModel {
  const { model: name, version } = parameters;
  if (name !== model.name) {
    throw new HttpError('NotFound', `there is no model ${name} here, only ${model.name}`);
  }
  if (version !== undefined && version !== model.version) {
    throw new HttpError('NotFound', `${name} has no version ${version} here, only ${model.version}`);
  }
  return model;
}
