/**
 * Sends prediction requests to a Service at a constant rate, for a given time or until SIGUSR2, and prints a report as one
 * line of JSON. Every second request opens a new connection, so that kube-proxy balances it; the others use keep-alive, as
 * most clients do.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';

const mostFailuresKept = 20;

export interface LoadReport {
  readonly requests: number;
  /** Responses other than 200, and requests without a response. */
  readonly failures: number;
  /** The first failures: ISO time and cause. */
  readonly causes: readonly { readonly time: string; readonly cause: string }[];
  readonly statuses: Readonly<Record<string, number>>;
  /** In the order of their first response; times are ISO 8601. */
  readonly versions: readonly {
    readonly version: string;
    readonly first: string;
    readonly last: string;
    readonly count: number;
  }[];
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export async function runLoad(argv: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: argv,
    options: {
      /** Origin of the Service. */
      url: { type: 'string', default: 'http://aapl' },
      rate: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '30' },
    },
  });
  process.once('SIGTERM', () => process.exit(1));
  const tally = createTally();
  const body = await indicators(values.url);
  let asked = 0;
  await steadily(Number(values.rate), Number(values.seconds), () =>
    ask(`${values.url}/predict`, agents[asked++ % agents.length], body).then(tally.answered, tally.failed),
  );
  process.stdout.write(`${JSON.stringify(tally.report())}\n`);
  process.exit(0);
}

/** The latest indicators, from a real server. A fake server accepts anything. */
async function indicators(origin: string): Promise<string> {
  const { status, body } = await ask(`${origin}/model/history`, agents[0]);
  return JSON.stringify((status === 200 ? JSON.parse(body).latest?.indicators : undefined) ?? {});
}

async function steadily(rate: number, seconds: number, work: () => Promise<void>): Promise<void> {
  const underWay: Promise<void>[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => underWay.push(work()), 1000 / rate);
  setTimeout(resolve, seconds * 1000);
  process.once('SIGUSR2', () => resolve());
  await over;
  clearInterval(timer);
  await Promise.all(underWay);
}

const agents = [new Agent({ keepAlive: false }), new Agent({ keepAlive: true, maxSockets: 4 })];

function ask(url: string, agent: Agent | undefined, body?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const asked = request(
    url,
    { method: body === undefined ? 'GET' : 'POST', agent, headers, timeout: 10_000 },
    response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', part => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    },
  );
  asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

function createTally() {
  const statuses: Record<string, number> = {};
  const versions = new Map<string, { first: string; last: string; count: number }>();
  const causes: { time: string; cause: string }[] = [];
  let requests = 0;
  let failures = 0;
  const now = () => new Date().toISOString();
  const fail = (cause: string) => {
    failures++;
    if (causes.length < mostFailuresKept) causes.push({ time: now(), cause });
  };
  return {
    answered: ({ status, body }: Answer) => {
      requests++;
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status !== 200) return fail(`${status} ${body.slice(0, 200)}`);
      const { version } = JSON.parse(body).model;
      const { first, count } = versions.get(version) ?? { first: now(), count: 0 };
      versions.set(version, { first, last: now(), count: count + 1 });
    },
    failed: (error: Error) => {
      requests++;
      fail(error.message);
    },
    report: (): LoadReport => ({
      requests,
      failures,
      causes,
      statuses,
      versions: [...versions].map(([version, seen]) => ({ version, ...seen })),
    }),
  };
}
