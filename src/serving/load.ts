/** Loads the model of a server that already listens, and reports the outcome to state, metrics and log. */
import { Failure } from '../failure.ts';
import type { ServerMetrics } from '../observability/metrics.ts';
import { inputDrifts } from './drift/input-drifts.ts';
import { type LoadedModel, loadModel } from './model.ts';
import { createPredictor } from './predict/predictor.ts';
import { predictionRecorder } from './prediction-recorder.ts';
import type { Services } from './services.ts';

/**
 * Never rejects. If the model cannot be served, the server answers 503 with the reason.
 * @returns why it cannot be served; undefined when it is.
 */
export async function serveModel({ config, state, metrics, log }: Services): Promise<Failure | undefined> {
  try {
    const model = await loadModel(config.modelFolder, config);
    const drift = inputDrifts(model.features);
    const recorder = predictionRecorder(metrics, model, drift);
    describe(model, metrics);
    state.ready({ model, predict: createPredictor(model, recorder), recorder, drift });
    const { name, run, version, loadSeconds } = model;
    log.info({ model: name, run, version, loadSeconds }, 'ready');
    return undefined;
  } catch (error) {
    const failure = state.failed(error);
    const known = error instanceof Failure ? { reason: error.reason, details: error.details } : {};
    log.error({ ...known, error }, 'the model cannot be served');
    return failure;
  }
}

function describe(model: LoadedModel, metrics: ServerMetrics): void {
  metrics.modelInfo.labels(model.name, model.version, model.digests.Train).set(1);
  for (const [phase, seconds] of Object.entries(model.phaseSeconds)) {
    metrics.modelLoadSeconds.set({ phase }, seconds);
  }
  const { regression, classification } = model.evaluation;
  for (const [set, returns, risk] of [
    ['holdout', regression.holdout, classification.holdout],
    ['walk_forward', regression.walkForward, classification.walkForward],
  ] as const) {
    metrics.quality.labels('rmse', set).set(returns.model.rmse);
    metrics.quality.labels('mean_rmse', set).set(returns.mean.rmse);
    metrics.quality.labels('accuracy', set).set(risk.model.accuracy);
    metrics.quality.labels('persistence_accuracy', set).set(risk.baselines.persistence.accuracy);
  }
}
