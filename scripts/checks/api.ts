/** Checks the HTTP API of a server that serves a run, by comparing it with the run's artifacts. */
import assert from 'node:assert/strict';
import { artifactFiles } from '../../src/api/artifacts.ts';
import { historySchema } from '../../src/api/history.ts';
import { type PredictAnswer, predictAnswerSchema } from '../../src/api/predict.ts';
import { messageOf } from '../../src/failure.ts';
import type { Version } from '../../src/pipeline/version.ts';

/** Throws when a response is wrong. */
type Check = (server: Server, version: Version) => Promise<void>;

const checks: Readonly<Record<string, Check>> = {
  'GET /health reports the version of the run': health,
  'POST /predict predicts from the latest indicators': predict,
  'POST /predict_batch predicts from every bar, and agrees with /predict on the last': predictBatch,
  'POST /predict refuses a request without indicators': refusePredict,
  'POST /predict_batch refuses a file of other columns': refuseBatch,
  'GET /metrics has the version of the run': metrics,
  'GET /openapi.json describes the endpoints': contract,
  'GET / returns the page': page,
};

/**
 * Runs all checks, in order.
 * @param url such as `http://127.0.0.1:8080`
 * @returns the checks, one phrase each.
 * @throws Error that begins with the phrase of the check that failed.
 */
export async function checkApi(url: string, version: Version): Promise<string[]> {
  const server = new Server(url);
  for (const [what, check] of Object.entries(checks)) {
    try {
      await check(server, version);
    } catch (error) {
      throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
    }
  }
  return Object.keys(checks);
}

/** An HTTP client for the server. */
class Server {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The body of the response. @throws AssertionError for another status. */
  async request(path: string, status: number, init: RequestInit = {}): Promise<string> {
    const response = await fetch(this.#url + path, init);
    const text = await response.text();
    assert.equal(response.status, status, `status ${response.status}, not ${status}: ${text.slice(0, 400)}`);
    return text;
  }

  async predict(indicators: object, status: number): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return JSON.parse(
      await this.request('/predict', status, { method: 'POST', headers, body: JSON.stringify(indicators) }),
    );
  }

  async predictBatch(csv: Buffer<ArrayBuffer> | string, status: number): Promise<string> {
    const headers = { 'content-type': 'text/csv', accept: 'text/csv' };
    return this.request('/predict_batch', status, { method: 'POST', headers, body: csv });
  }

  /** The prediction from the model's newest bar. */
  async predictLatest(): Promise<PredictAnswer> {
    const { latest } = historySchema.parse(JSON.parse(await this.request('/model/history', 200)));
    return predictAnswerSchema.parse(await this.predict(latest.indicators, 200));
  }
}

async function health(server: Server, { version, digests }: Version): Promise<void> {
  const answer = JSON.parse(await server.request('/health', 200));
  assert.deepEqual(
    { status: answer.status, version: answer.version, digests: answer.digests },
    { status: 'ready', version, digests },
  );
}

async function predict(server: Server, { version }: Version): Promise<void> {
  const { model, probabilities } = await server.predictLatest();
  assert.equal(model.version, version);
  const sum = probabilities.low + probabilities.medium + probabilities.high;
  assert.ok(Math.abs(sum - 1) < 1e-9, `the sum of the probabilities is ${sum}`);
}

async function predictBatch(server: Server, { stages }: Version): Promise<void> {
  const bars = Buffer.from(await stages.Fetch.read(artifactFiles.bars));
  const rows = linesOf(await server.predictBatch(bars, 200));
  assert.equal(
    rows.length,
    linesOf(bars.toString()).length,
    'the number of rows differs from that of the bars',
  );
  const { predicted_return, risk_level } = await server.predictLatest();
  const last = rows.at(-1)?.split(',') ?? [];
  assert.deepEqual([Number(last[2]), Number(last[3])], [predicted_return, risk_level]);
}

async function refusePredict(server: Server): Promise<void> {
  const answer = JSON.stringify(await server.predict({}, 422));
  assert.match(answer, /"code":"InvalidFields".*"field":"/);
}

async function refuseBatch(server: Server): Promise<void> {
  assert.match(await server.predictBatch('what,ever\n1,2\n', 422), /"code":"InvalidHeader"/);
}

async function metrics(server: Server, { version }: Version): Promise<void> {
  const lines = linesOf(await server.request('/metrics', 200));
  const info = lines.find(line => line.startsWith('bellwether_model_info{')) ?? '';
  assert.ok(info.includes(`version="${version}"`), `bellwether_model_info: ${info || 'missing'}`);
}

async function contract(server: Server): Promise<void> {
  const { paths = {} } = JSON.parse(await server.request('/openapi.json', 200));
  for (const path of ['/health', '/predict', '/predict_batch'])
    assert.ok(path in paths, `${path} is missing`);
}

async function page(server: Server): Promise<void> {
  assert.match(await server.request('/', 200), /<title>/);
}

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}
