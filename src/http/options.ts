/** The options of access that the server and the operator share. */
import { z } from 'zod';
import { count, positiveSeconds } from '../options.ts';

const path = z.string().min(1).optional();

export const accessOptions = {
  tokenFile: path.describe(
    'File with a bearer token that requests must send, or folder of such files, each of which is accepted. Default: no token is needed.',
  ),
  tlsCert: path.describe('File with the certificate chain, PEM; with --tls-key. Default: plain HTTP.'),
  tlsKey: path.describe('File with its private key, PEM.'),
  rateLimit: z.coerce
    .number<number | string>()
    .positive()
    .max(1_000_000)
    .optional()
    .describe(
      'Requests per second of one client: of one token, or of one address without tokens. Default: no limit.',
    ),
  rateBurst: count(1, 1_000_000)
    .optional()
    .describe('Requests that a client may send at once after a pause. Default: twice --rate-limit.'),
  reloadSeconds: positiveSeconds
    .default(5)
    .describe('Interval at which the files of tokens, certificate and key are read again.'),
};

/** Of servers that have more than metrics. */
export const metricsAccessOptions = {
  metricsTokenFile: path.describe(
    'The same for /metrics alone, which accepts these tokens too. Default: none.',
  ),
};

const shape = z.strictObject({ ...accessOptions, ...metricsAccessOptions });
export type AccessConfig = z.output<typeof shape>;

/** Adds the checks of options that depend on each other. */
export function withAccessRules<S extends z.ZodObject<typeof accessOptions>>(schema: S): S {
  const needs = (option: keyof AccessConfig, other: keyof AccessConfig) => (value: z.output<S>) => {
    const config: Partial<AccessConfig> = value;
    return config[option] === undefined || config[other] !== undefined;
  };
  return schema
    .refine(needs('tlsCert', 'tlsKey'), { path: ['tlsKey'] })
    .refine(needs('tlsKey', 'tlsCert'), { path: ['tlsCert'] })
    .refine(needs('rateBurst', 'rateLimit'), { path: ['rateLimit'] });
}
