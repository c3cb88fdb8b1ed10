/** The operator's options. */
import { z } from 'zod';
import { sourceOptions } from '../api/sources.ts';
import { count, defineOptions, logLevel, positiveSeconds, toggle } from '../options.ts';

/** In every line of the operator's log. */
export const service = 'bellwether-operator';

const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** `a,b` as a list; nothing is the empty list. */
const namespaces = z
  .string()
  .transform(text =>
    text
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  )
  .refine(names => names.every(name => namespaceName.test(name)), {
    message: 'must be names of namespaces, separated by commas',
  });

export const operatorConfigSchema = z.strictObject({
  image: z.string().min(1).describe('Image of the stages and servers.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .describe('When that image is pulled.'),
  namespaces: namespaces.prefault('').describe('Namespaces to look after, with commas; default: all.'),
  ...sourceOptions,
  leaderElection: toggle()
    .default(true)
    .describe('Whether only the holder of the Lease works; false for one operator alone.'),
  leaseName: z.string().min(1).max(253).default('bellwether').describe('Name of the Lease.'),
  leaseNamespace: z.string().regex(namespaceName).default('default').describe('Namespace of the Lease.'),
  identity: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe("Name in the Lease; default: the host's name and the process id."),
  host: z.string().min(1).default('0.0.0.0').describe('Address of health and metrics.'),
  port: count(0, 65_535).default(8081).describe('Port of health and metrics; 0 takes a free one.'),
  concurrency: count(1, 64).default(4).describe('Models worked on at once.'),
  resyncSeconds: positiveSeconds
    .default(600)
    .describe('Time after which every Model is looked at again, whatever happens.'),
  silenceSeconds: positiveSeconds
    .default(150)
    .describe('Silence after which a watch is opened anew; the API server says something once a minute.'),
  stopSeconds: positiveSeconds.default(10).describe('Time for work under way to end after SIGTERM.'),
  logLevel,
});
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
export type OperatorOptions = z.input<typeof operatorConfigSchema>;

const options = defineOptions(
  operatorConfigSchema,
  `Usage: node cmd/operator.ts --image <image> [options]

Looks after TrainingRuns and Models. The cluster is that of the service account, or of $KUBECONFIG.`,
);

/** From command line and environment; null when help was asked for. @throws Failure InvalidArguments */
export const readOperatorConfig = options.read;

/** The configuration with its defaults. @throws Failure InvalidArguments naming the option. */
export const completeOperatorOptions = options.complete;

/** The text of `--help`. */
export const operatorHelp = options.help;
