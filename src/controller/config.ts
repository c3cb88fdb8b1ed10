/** The operator's options. */
import { z } from 'zod';
import { allowedSchema } from '../api/allowed.ts';
import { sourceOptions } from '../api/sources.ts';
import { accessOptions, withAccessRules } from '../http/options.ts';
import { count, defineOptions, logLevel, positiveSeconds, toggle } from '../options.ts';

/** The name of the program in its log. */
export const service = 'bellwether-operator';

const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Parses `a,b` to a list; empty text gives an empty list. */
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

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** Parses the lists as JSON; lists that are left out have their defaults. */
const allowed = json.pipe(allowedSchema);

const egressRules = json.pipe(z.array(z.record(z.string(), z.unknown())).max(64));

const shape = z.strictObject({
  image: z.string().min(1).describe('Image of stages and servers.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .describe('Pull policy of that image.'),
  allowed: allowed
    .prefault('{}')
    .describe(
      'What TrainingRuns and Models may set, as JSON: the chart value workloads.allowed. Default: {}.',
    ),
  networkPolicies: toggle()
    .default(true)
    .describe("Whether every Model has NetworkPolicies for its servers and its stages' pods."),
  fetchEgress: egressRules
    .prefault('[]')
    .describe('Further egress rules of pods that fetch bars, as JSON. Default: [].'),
  namespaces: namespaces.prefault('').describe('Namespaces to watch, separated by commas; default: all.'),
  ...sourceOptions,
  leaderElection: toggle()
    .default(true)
    .describe('Whether only the holder of the Lease is active; false if there is a single operator.'),
  leaseName: z.string().min(1).max(253).default('bellwether').describe('Name of the Lease.'),
  leaseNamespace: z.string().regex(namespaceName).default('default').describe('Namespace of the Lease.'),
  identity: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('Identity in the Lease; default: host name and process id.'),
  host: z.string().min(1).default('0.0.0.0').describe('Address of the health and metrics server.'),
  port: count(0, 65_535)
    .default(8081)
    .describe('Port of the health and metrics server; 0 for any free port.'),
  concurrency: count(1, 64).default(4).describe('Models reconciled at the same time.'),
  resyncSeconds: positiveSeconds
    .default(600)
    .describe('Interval at which every Model is reconciled, even without a change.'),
  silenceSeconds: positiveSeconds
    .default(150)
    .describe(
      'Seconds without data after which a watch is reopened; the API server sends a bookmark each minute.',
    ),
  stopSeconds: positiveSeconds
    .default(10)
    .describe('Seconds that running work may take to finish after SIGTERM.'),
  logLevel,
  ...accessOptions,
});
export const operatorConfigSchema = withAccessRules(shape);
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
export type OperatorOptions = z.input<typeof operatorConfigSchema>;

const options = defineOptions(
  operatorConfigSchema,
  `Usage: node cmd/operator.ts --image <image> [options]

Reconciles TrainingRuns and Models in the cluster of its service account, or of $KUBECONFIG.`,
);

/** The options from command line and environment; null for --help. @throws Failure InvalidArguments */
export const readOperatorConfig = options.read;

/** The options with their defaults. @throws Failure InvalidArguments naming the option */
export const completeOperatorOptions = options.complete;

/** The text of `--help`. */
export const operatorHelp = options.help;
