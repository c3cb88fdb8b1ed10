/** The check of a server's answers passes a good server and finds each answer that is wrong. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { checkApi } from '../../../scripts/checks/api.ts';
import { listen } from '../../../src/http/listen.ts';
import { openVersion, type Version } from '../../../src/pipeline/version.ts';
import { serve, sharedModelFolder, type TestServer } from '../../serving/harness.ts';

/** Changes an answer: its text, or its status. */
interface Fault {
  readonly path: string;
  readonly status?: number;
  readonly edit?: (text: string) => string;
  /** Which check must find it. */
  readonly found: RegExp;
}

const replaced =
  (what: string | RegExp, by: string) =>
  (text: string): string => {
    const edited = text.replace(what, by);
    assert.notEqual(edited, text);
    return edited;
  };

const faults: Readonly<Record<string, Fault>> = {
  'not ready': { path: '/health', status: 503, found: /^GET \/health.*status 503/ },
  'another version served': {
    path: '/health',
    edit: replaced(/"version":"./, '"version":"x'),
    found: /^GET \/health/,
  },
  'a prediction that is no number': {
    path: '/predict',
    edit: replaced(/"predicted_return":[^,]+/, '"predicted_return":null'),
    found: /^POST \/predict predicts/,
  },
  'probabilities of less than one': {
    path: '/predict',
    edit: replaced(/"probabilities":{.*?}/, '"probabilities":{"low":0.2,"medium":0.2,"high":0.2}'),
    found: /^POST \/predict predicts/,
  },
  'a row of a batch left out': {
    path: '/predict_batch',
    edit: replaced(/\n100,.*\n/, '\n'),
    found: /^POST \/predict_batch predicts/,
  },
  'a batch that predicts otherwise': {
    path: '/predict_batch',
    edit: replaced(/,[^,]+,(Low|Medium|High)(,[^\n]*\n)$/, ',9,$1$2'),
    found: /^POST \/predict_batch predicts/,
  },
  'a refusal without the field': {
    path: '/predict',
    edit: text => text.replaceAll('"field"', '"place"'),
    found: /^POST \/predict refuses/,
  },
  'metrics of another version': {
    path: '/metrics',
    edit: replaced(/(model_info\{.*version=")./, '$1x'),
    found: /^GET \/metrics/,
  },
  'a contract without a path': {
    path: '/openapi.json',
    edit: replaced('"/predict_batch"', '"/elsewhere"'),
    found: /^GET \/openapi\.json/,
  },
  'no page': { path: '/', status: 404, found: /^GET \/ returns/ },
};

describe('check of the API', () => {
  let server: TestServer;
  let between: Server;
  let url: string;
  let version: Version;
  let fault: Fault | undefined;

  before(async () => {
    server = await serve();
    version = await openVersion(await sharedModelFolder());
    between = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { 'content-type': type, accept = '*/*' } = request.headers;
      const answer = await fetch(`${server.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { accept, ...(type !== undefined && { 'content-type': type }) },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      const here = fault?.path === request.url && isAsked(answer.status) ? fault : undefined;
      response.writeHead(here?.status ?? answer.status).end(here?.edit?.(text) ?? text);
    });
    url = await listen(between, { host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    between.closeAllConnections();
    between.close();
    await server.close();
  });

  /** A good answer, or a refusal where the fault is about refusals. */
  function isAsked(status: number): boolean {
    return (status === 200) === !fault?.found.source.includes('refuses');
  }

  it('passes a correct server, and lists its checks', async () => {
    fault = undefined;
    const asked = await checkApi(url, version);
    assert.equal(asked.length, 8);
  });

  for (const [name, wrong] of Object.entries(faults)) {
    it(`finds ${name}`, async () => {
      fault = wrong;
      await assert.rejects(checkApi(url, version), { message: wrong.found });
    });
  }
});
