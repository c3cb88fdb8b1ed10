/** The sources of bars and their settings. The code of each is in its folder in `src/market/sources`. */
import { z } from 'zod';

export const dataSources = ['Yahoo', 'Sample', 'File'] as const;
export type DataSource = (typeof dataSources)[number];

/** The source of a spec that names none. */
export const defaultSource = 'Yahoo' satisfies DataSource;

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
