/**
 * The server's configuration: one schema from which come the flags, the environment variables, the
 * defaults, the help text and the checks. A flag beats its environment variable, which beats the default.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Failure, messageOf } from './failure.ts';

// Flags and variables are text; callers in the same process give numbers.
const number = () => z.coerce.number<number | string>();
const seconds = number().positive().max(86_400);
const count = (minimum: number, maximum: number) => number().int().min(minimum).max(maximum);
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Durations are seconds and may have a fraction; sizes are bytes. */
export const serverConfigSchema = z.strictObject({
  modelFolder: z.string().min(1).describe("The run's folder to serve, <artifacts>/<model>/<run>."),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: count(0, 65_535).default(8080).describe('Port to listen on; 0 takes a free one.'),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .describe(`Least level that is logged: ${logLevels.join(', ')}.`),
  bodyLimitBytes: count(1, mebibyte)
    .default(16 * kibibyte)
    .describe('Largest body of /predict.'),
  inferBodyLimitBytes: count(1, 1024 * mebibyte)
    .default(mebibyte)
    .describe('Largest body of /v2/…/infer.'),
  inferRowLimit: count(1, 1_000_000).default(4096).describe('Most rows in one /v2/…/infer.'),
  bodyTimeoutSeconds: seconds.default(10).describe('Time that a JSON body may take to arrive.'),
  headersTimeoutSeconds: seconds.default(10).describe("Time that a request's headers may take to arrive."),
  keepAliveSeconds: seconds.default(65).describe('Time after which an idle connection is closed.'),
  uploadLimitBytes: count(1, Number.MAX_SAFE_INTEGER)
    .default(4096 * mebibyte)
    .describe('Largest upload to /predict_batch, as sent.'),
  uploadIdleSeconds: seconds.default(30).describe('Time that an upload or its reader may stand still.'),
  batchWorkers: count(1, 64).default(2).describe('Worker threads of /predict_batch.'),
  batchConcurrency: count(1, 1024)
    .default(4)
    .describe('Uploads worked on at once; more are told to wait (503).'),
  drainDelaySeconds: number()
    .min(0)
    .max(3600)
    .default(0)
    .describe('Time to go on accepting after SIGTERM, so that load balancers notice first.'),
  drainSeconds: seconds.default(25).describe('Time for requests under way to end after that.'),
});
export type ServerConfig = z.output<typeof serverConfigSchema>;
export type ServerOptions = z.input<typeof serverConfigSchema>;

const shape = serverConfigSchema.shape;
type Key = keyof ServerConfig;
const keys = Object.keys(shape) as Key[];

/** `modelFolder` is `--model-dir` to people, as in other servers of models. */
const nameOf = (key: string) =>
  key === 'modelFolder' ? 'model-dir' : key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const flagOf = (key: string) => `--${nameOf(key)}`;
const variableOf = (key: string) => `BELLWETHER_${nameOf(key).replaceAll('-', '_').toUpperCase()}`;

/**
 * Reads command line and environment.
 * @returns null when help was asked for.
 * @throws Failure InvalidArguments naming the flag or variable.
 */
export function readServerConfig(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfig | null {
  const { values, positionals } = parseFlags(argv);
  if (values.help === true) return null;
  if (positionals.length > 0) {
    throw new Failure(
      'InvalidArguments',
      `unexpected argument ${JSON.stringify(positionals[0])}; see --help`,
    );
  }
  const given: Record<string, unknown> = {};
  const source: Record<string, string> = {};
  for (const key of keys) {
    const flag = values[nameOf(key)];
    const variable = environment[variableOf(key)];
    if (flag === undefined && (variable === undefined || variable === '')) continue;
    if (flag === '') throw new Failure('InvalidArguments', `${flagOf(key)} is empty; see --help`);
    given[key] = flag ?? variable;
    source[key] = flag === undefined ? variableOf(key) : flagOf(key);
  }
  return check(given, source);
}

/** The configuration with its defaults. @throws Failure InvalidArguments naming the option. */
export function completeServerOptions(options: ServerOptions): ServerConfig {
  return check(options, Object.fromEntries(Object.keys(options).map(key => [key, key])));
}

function parseFlags(argv: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const key of keys) options[nameOf(key)] = { type: 'string' };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new Failure('InvalidArguments', `${messageOf(error)}; see --help`, {}, error);
  }
}

function check(given: unknown, source: Readonly<Record<string, string>>): ServerConfig {
  const parsed = serverConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(issue => {
    const key = String(issue.path[0] ?? '');
    if (key === '') return issue.message;
    return source[key] === undefined
      ? `${flagOf(key)} (or ${variableOf(key)}) is required`
      : `${source[key]}: ${issue.message}`;
  });
  throw new Failure('InvalidArguments', `${problems.join('; ')}; see --help`, { problems });
}

/** The text of `--help`. */
export function serverHelp(): string {
  const lines = keys.map(key => {
    const schema = shape[key];
    const fallback = schema instanceof z.ZodDefault ? ` Default: ${schema.def.defaultValue}.` : ' Required.';
    return `  ${flagOf(key).padEnd(26)} ${schema.description}${fallback}\n  ${''.padEnd(26)} ${variableOf(key)}`;
  });
  return `Usage: node cmd/server.ts --model-dir <run folder> [options]

Serves the models of one run over HTTP. Each option has an environment variable, named beneath it.

${lines.join('\n')}
  ${'-h, --help'.padEnd(26)} This text.
`;
}
