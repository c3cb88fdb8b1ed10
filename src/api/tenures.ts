/** Since when each published version is or was the one that serves: what the operator tells whoever scores forecasts. */
import { z } from 'zod';
import { historyLimit } from './model.ts';
import { versionSchema } from './stage-report.ts';

/** It lasts until the next one in the list begins, and the last one until now. */
export interface Tenure {
  readonly version: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What the history can tell, and a champion that is older than it reaches. */
const mostTenures = historyLimit + 1;

/** A list as text, such as `0123456789ab@2026-11-20T12:00:00Z,ba9876543210@2026-11-27T12:00:00Z`. */
export const tenuresSchema = z
  .string()
  .transform(text =>
    text.split(',').map(each => {
      const [version, ...since] = each.split('@');
      return { version, since: since.join('@') };
    }),
  )
  .pipe(z.array(z.strictObject({ version: versionSchema, since: z.iso.datetime() })).max(mostTenures))
  .refine(
    tenures =>
      tenures.every(({ since }, i) => i === 0 || Date.parse(tenures[i - 1]!.since) <= Date.parse(since)),
    'must be sorted, oldest first',
  );

/** The text that `tenuresSchema` reads. @param tenures oldest first. */
export function formatTenures(tenures: readonly Tenure[]): string {
  return tenures.map(({ version, since }) => `${version}@${since}`).join(',');
}
