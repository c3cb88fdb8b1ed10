/** When each published version served. The operator passes this to the programs that score forecasts. */
import { z } from 'zod';
import { historyLimit } from './model.ts';
import { versionSchema } from './stage-report.ts';

/** A version's time as champion. It ends when the next one in the list begins; the last one continues. */
export interface Tenure {
  readonly version: string;
  /** ISO 8601. */
  readonly since: string;
}

/** The entries of the history, and a champion older than all of them. */
const maximumTenures = historyLimit + 1;

/** Parses a list, such as `0123456789ab@2026-11-20T12:00:00Z,ba9876543210@2026-11-27T12:00:00Z`. */
export const tenuresSchema = z
  .string()
  .transform(text =>
    text.split(',').map(tenure => {
      const [version, ...since] = tenure.split('@');
      return { version, since: since.join('@') };
    }),
  )
  .pipe(z.array(z.strictObject({ version: versionSchema, since: z.iso.datetime() })).max(maximumTenures))
  .refine(
    tenures =>
      tenures.every(({ since }, i) => i === 0 || Date.parse(tenures[i - 1]!.since) <= Date.parse(since)),
    'must be sorted, oldest first',
  );

/** The text that `tenuresSchema` reads. @param tenures oldest first. */
export function formatTenures(tenures: readonly Tenure[]): string {
  return tenures.map(({ version, since }) => `${version}@${since}`).join(',');
}
