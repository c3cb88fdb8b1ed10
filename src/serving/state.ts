/** The state of the server: loading, ready, failed or draining. */
import { Failure } from '../failure.ts';
import type { InputDrifts } from './drift/input-drifts.ts';
import { HttpError } from './errors.ts';
import type { LoadedModel } from './model.ts';
import type { Predictor } from './predict/predictor.ts';
import type { PredictionRecorder } from './prediction-recorder.ts';

export interface Served {
  readonly model: LoadedModel;
  readonly predict: Predictor;
  readonly recorder: PredictionRecorder;
  readonly drift: InputDrifts;
}

/** The answer of `GET /health`. */
export interface Health {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export class ServerState {
  readonly #accessProblem: () => string | null;
  #served: Served | null = null;
  #failure: Failure | null = null;
  draining = false;

  /** @param accessProblem why no request can be answered at present; null while they can be */
  constructor(accessProblem: () => string | null = () => null) {
    this.#accessProblem = accessProblem;
  }

  ready(served: Served): void {
    this.#served = served;
  }

  /** Returns the failure that `GET /health` reports. */
  failed(error: unknown): Failure {
    this.#failure =
      error instanceof Failure
        ? error
        : new Failure('InvalidArtifact', 'the model could not be loaded; see the log', {}, error);
    return this.#failure;
  }

  /** What serves, or null before it is ready. */
  get served(): Served | null {
    return this.#served;
  }

  /** @throws HttpError ModelNotReady saying why. */
  require(): Served {
    if (this.#served !== null) return this.#served;
    throw this.notReady();
  }

  notReady(): HttpError {
    if (this.#failure === null)
      return new HttpError('ModelNotReady', 'the model is being loaded and verified');
    const { reason, message, details } = this.#failure;
    return new HttpError('ModelNotReady', message, { reason, ...details });
  }

  /** 200 only when a request sent now, with a token if one is needed, will be answered by a verified model. */
  health(): Health {
    if (this.#served === null) {
      const status = this.#failure === null ? 'loading' : 'failed';
      return { status: 503, body: { status, ...this.notReady().body } };
    }
    const { name, run, version, digests, card } = this.#served.model;
    const model = { model: name, run, version, symbol: card.symbol, digests };
    if (this.draining) return { status: 503, body: { status: 'draining', ...model } };
    const problem = this.#accessProblem();
    if (problem === null) return { status: 200, body: { status: 'ready', ...model } };
    return { status: 503, body: { status: 'failed', ...new HttpError('TokensUnavailable', problem).body } };
  }
}
