/** The server's options. */
import { z } from 'zod';
import { versionSchema } from './api/stage-report.ts';
import { count, defineOptions, logLevel, positiveSeconds, seconds, toggle } from './options.ts';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Durations are seconds and may have a fraction; sizes are bytes. */
export const serverConfigSchema = z.strictObject({
  modelFolder: z
    .string()
    .min(1)
    .describe(
      'The artifacts to serve: a run, <artifacts>/<model>/<run>, or what was published, <artifacts>/<model>/.versions/<version>.',
    ),
  modelName: z.string().min(1).optional().describe("The Model's name. Default: the folder of its runs."),
  runName: z.string().min(1).optional().describe("The run's name. Default: its folder."),
  expectedVersion: versionSchema
    .optional()
    .describe('Serve this version or none. Default: whatever is there.'),
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: count(0, 65_535).default(8080).describe('Port to listen on; 0 takes a free one.'),
  logLevel,
  exitOnFailure: toggle()
    .default(false)
    .describe('End when the model cannot be served, instead of answering 503 and the reason.'),
  report: z
    .string()
    .min(1)
    .optional()
    .describe('File that is told then why, in one line; such as /dev/termination-log.'),
  bodyLimitBytes: count(1, mebibyte)
    .default(16 * kibibyte)
    .describe('Largest body of /predict.'),
  inferBodyLimitBytes: count(1, 1024 * mebibyte)
    .default(mebibyte)
    .describe('Largest body of /v2/…/infer.'),
  inferRowLimit: count(1, 1_000_000).default(4096).describe('Most rows in one /v2/…/infer.'),
  bodyTimeoutSeconds: positiveSeconds.default(10).describe('Time that a JSON body may take to arrive.'),
  headersTimeoutSeconds: positiveSeconds
    .default(10)
    .describe("Time that a request's headers may take to arrive."),
  keepAliveSeconds: positiveSeconds.default(65).describe('Time after which an idle connection is closed.'),
  uploadLimitBytes: count(1, Number.MAX_SAFE_INTEGER)
    .default(4096 * mebibyte)
    .describe('Largest upload to /predict_batch, as sent.'),
  uploadIdleSeconds: positiveSeconds
    .default(30)
    .describe('Time that an upload or its reader may stand still.'),
  batchWorkers: count(1, 64).default(2).describe('Worker threads of /predict_batch.'),
  batchConcurrency: count(1, 1024)
    .default(4)
    .describe('Uploads worked on at once; more are told to wait (503).'),
  drainDelaySeconds: seconds(0, 3600)
    .default(0)
    .describe('Time to go on accepting after SIGTERM, so that load balancers notice first.'),
  drainSeconds: positiveSeconds.default(25).describe('Time for requests under way to end after that.'),
});
export type ServerConfig = z.output<typeof serverConfigSchema>;
export type ServerOptions = z.input<typeof serverConfigSchema>;

const options = defineOptions(
  serverConfigSchema,
  `Usage: node cmd/server.ts --model-dir <run folder> [options]

Serves the models of one run over HTTP.`,
  // As in other servers of models.
  { modelFolder: 'model-dir' },
);

/** From command line and environment; null when help was asked for. @throws Failure InvalidArguments */
export const readServerConfig = options.read;

/** The configuration with its defaults. @throws Failure InvalidArguments naming the option. */
export const completeServerOptions = options.complete;

/** The text of `--help`. */
export const serverHelp = options.help;
