/** A server on a small real model, and clients that can also misbehave. */
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { ServerOptions } from '../../src/config.ts';
import type { LogSink } from '../../src/observability/log.ts';
import { type RunningServer, startServer } from '../../src/serving/server.ts';
import { exampleIndicators } from '../../support/indicators.ts';
import { modelFolder } from '../../support/model-folder.ts';
import { sampleRun } from '../../support/sample-run.ts';

let shared: Promise<string> | null = null;

/** One model folder for all tests that only read it. */
export function sharedModelFolder(): Promise<string> {
  shared ??= modelFolder().then(({ folder }) => {
    process.once('exit', () => rmSync(dirname(dirname(folder)), { recursive: true, force: true }));
    return folder;
  });
  return shared;
}

/** Log lines, parsed. */
export class MemorySink implements LogSink {
  readonly lines: Record<string, unknown>[] = [];

  write(line: string): void {
    this.lines.push(JSON.parse(line));
  }

  async flush(): Promise<void> {}
}

export interface TestServer extends RunningServer {
  readonly log: MemorySink;
  /** Path, method and body to status, headers and body. */
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** `POST` of JSON, or of a text that is sent as it is. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

/** Parsed JSON whose shape the test asserts by looking. */
export interface Json {
  readonly [key: string]: Json;
}

/** Starts on a free port and waits until the model is loaded, or has failed to load. */
export async function serve(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const log = new MemorySink();
  const folder = options.modelFolder ?? (await sharedModelFolder());
  const server = await startServer({ host: '127.0.0.1', port: 0, ...options, modelFolder: folder }, log);
  await server.loaded;
  const request = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : {},
    };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...server, log, request, post };
}

/** The value of one series in what `/metrics` answered; undefined if it is not there. */
export function seriesValue(metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find(candidate => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Sends bytes as they are and gives back all that the server answers until it closes the connection. */
export function raw(url: string, ...pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', text => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    for (const piece of pieces) socket.write(piece);
  });
}

/** Indicators that any model of the fixture takes. */
export const indicators = exampleIndicators(sampleRun().model.features);
