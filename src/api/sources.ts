/** The sources of bars and their settings. The code of each is in its folder in `src/market/sources`. */
import { z } from 'zod';
import { withRules } from './rules.ts';

export const dataSources = ['Yahoo', 'Sample', 'File'] as const;
export type DataSource = (typeof dataSources)[number];

/** The source of a spec that names none. */
export const defaultSource = 'Yahoo' satisfies DataSource;

/** Where the operator mounts the volume of `data.volume` in Fetch's pod. Nothing else is mounted there. */
export const barsPath = '/bars';

const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of an object: a DNS name');

/** A file of bars in a volume. */
export const barsVolumeSchema = withRules(
  z.strictObject({
    claimName: objectName.optional().describe('Name of a PersistentVolumeClaim.'),
    configMapName: objectName.optional().describe('Name of a ConfigMap; `path` is one of its keys.'),
    path: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[^/\p{Cc}][^\p{Cc}]*$/u, 'must be a relative path without control characters')
      .describe('CSV file, as a path below the root of the volume, such as `bars/aapl.csv`.'),
  }),
  [
    {
      check: volume => (volume.claimName === undefined) !== (volume.configMapName === undefined),
      cel: 'has(self.claimName) != has(self.configMapName)',
      path: ['claimName'],
      message: 'or configMapName must be set, and not both',
    },
    {
      check: volume => !/(^|\/)[.][.](\/|$)/.test(volume.path),
      cel: "!self.path.matches('(^|/)[.][.](/|$)')",
      path: ['path'],
      message: 'must not contain ..',
    },
  ],
);
export type BarsVolume = z.output<typeof barsVolumeSchema>;

/** Options of the operator that the sources' code receives in its environment. */
export const sourceOptions = {
  yahooHost: z
    .string()
    .min(1)
    .optional()
    .describe('Host of Yahoo Finance, or the origin of a stand-in, for Fetch.'),
};

/** The environment variable of each option. */
export const sourceVariables = { yahooHost: 'YAHOO_QUERY_HOST' } as const satisfies Record<
  keyof typeof sourceOptions,
  string
>;

type SourceOption = keyof typeof sourceOptions;

/** The options that are set, as environment variables. */
export function sourceEnvironment(
  options: Readonly<Partial<Record<SourceOption, string | undefined>>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [option, variable] of Object.entries(sourceVariables) as [SourceOption, string][]) {
    const value = options[option];
    if (value !== undefined) environment[variable] = value;
  }
  return environment;
}
