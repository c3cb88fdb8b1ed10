/** The server's options. */
import { z } from 'zod';
import { versionSchema } from './api/stage-report.ts';
import { accessOptions, metricsAccessOptions, withAccessRules } from './http/options.ts';
import { count, defineOptions, logLevel, positiveSeconds, seconds, toggle } from './options.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Durations are in seconds and may have a fraction; sizes are in bytes. */
const shape = z.strictObject({
  modelFolder: z
    .string()
    .min(1)
    .describe(
      'Folder of the artifacts to serve: a run, <artifacts>/<model>/<run>, or a published version, <artifacts>/<model>/.versions/<version>.',
    ),
  modelName: z
    .string()
    .min(1)
    .optional()
    .describe("The Model's name. Default: the name of the folder that contains its runs."),
  runName: z.string().min(1).optional().describe("The run's name. Default: the name of its folder."),
  expectedVersion: versionSchema.optional().describe('The only version to serve. Default: any version.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: count(0, 65_535).default(8080).describe('Port to listen on; 0 selects a free one.'),
  logLevel,
  exitOnFailure: toggle()
    .default(false)
    .describe('Exit when the model cannot be served, instead of responding with 503 and the reason.'),
  report: z
    .string()
    .min(1)
    .optional()
    .describe('File that the reason of that exit is written to, in one line; such as /dev/termination-log.'),
  bodyLimitBytes: count(1, mebibyte)
    .default(16 * kibibyte)
    .describe('Maximum body size of /predict.'),
  inferBodyLimitBytes: count(1, 1024 * mebibyte)
    .default(mebibyte)
    .describe('Maximum body size of /v2/…/infer.'),
  inferRowLimit: count(1, 1_000_000)
    .default(4096)
    .describe('Maximum number of rows in a request to /v2/…/infer.'),
  bodyTimeoutSeconds: positiveSeconds.default(10).describe('Time limit for receiving a JSON body.'),
  headersTimeoutSeconds: positiveSeconds
    .default(10)
    .describe("Time limit for receiving a request's headers."),
  keepAliveSeconds: positiveSeconds.default(65).describe('Time after which an idle connection is closed.'),
  uploadLimitBytes: count(1, Number.MAX_SAFE_INTEGER)
    .default(4096 * mebibyte)
    .describe('Maximum size of an upload to /predict_batch, as sent.'),
  uploadDecompressedLimitBytes: count(1, Number.MAX_SAFE_INTEGER)
    .default(4096 * mebibyte)
    .describe('Maximum size of an upload to /predict_batch, decompressed.'),
  uploadSparseLimitBytes: count(4 * mebibyte, Number.MAX_SAFE_INTEGER)
    .default(16 * mebibyte)
    .describe(
      'Maximum size of the blank lines, bad rows and padding of an upload: its bytes beyond 1024 for each valid row, 64 more for each bad one.',
    ),
  uploadIdleSeconds: positiveSeconds
    .default(30)
    .describe('Time without progress after which an upload or its response is aborted.'),
  uploadMinimumRate: count(0, 1024 * mebibyte)
    .default(1024)
    .describe(
      'Minimum rate of an upload in bytes per second, averaged over the time without progress; 0 for none.',
    ),
  uploadRowSeconds: positiveSeconds
    .default(30)
    .describe(
      'Time spent waiting for the bytes of an upload without a row in them after which it is aborted.',
    ),
  uploadSeconds: positiveSeconds.default(3600).describe('Time limit for an upload and its response.'),
  batchWorkers: count(1, 64).default(2).describe('Worker threads of /predict_batch.'),
  batchConcurrency: count(1, 1024)
    .default(4)
    .describe('Uploads processed at the same time; more are rejected with 503.'),
  drainDelaySeconds: seconds(0, 3600)
    .default(0)
    .describe(
      'Time after SIGTERM during which requests are still accepted, until load balancers stop sending them.',
    ),
  drainSeconds: positiveSeconds
    .default(25)
    .describe('Time limit for requests in progress to end after that.'),
  ...accessOptions,
  ...metricsAccessOptions,
});
export const serverConfigSchema = withAccessRules(shape);
export type ServerConfig = z.output<typeof serverConfigSchema>;
export type ServerOptions = z.input<typeof serverConfigSchema>;

const options = defineOptions(
  serverConfigSchema,
  `Usage: node cmd/server.ts --model-dir <run folder> [options]

Serves the models of one run over HTTP.`,
  // The usual name in other model servers.
  { modelFolder: 'model-dir' },
);

/** Reads command line and environment; null if help was requested. @throws Failure InvalidArguments */
export const readServerConfig = options.read;

/** Validates options and adds the defaults. @throws Failure InvalidArguments naming the option */
export const completeServerOptions = options.complete;

/** The text of `--help`. */
export const serverHelp = options.help;
