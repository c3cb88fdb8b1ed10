/** Parses the figures that Evaluate reported; names those that are missing or not numeric. */
import type { z } from 'zod';
import { comparisonFigures, type HeadlineMetrics, headlineFigures } from '../../../api/headline.ts';

const challengerFigures = headlineFigures.Evaluate.pick({
  symbol: true,
  holdoutFrom: true,
  holdoutTo: true,
  rmse: true,
  meanRmse: true,
  rmseRatio: true,
  walkForwardRmseRatio: true,
  accuracy: true,
  persistenceAccuracy: true,
  walkForwardAccuracy: true,
  walkForwardPersistenceAccuracy: true,
});
/** The challenger's own figures. RMSE is that of the daily return, a fraction; accuracy is a share. */
export type Figures = z.output<typeof challengerFigures>;

const championFigures = comparisonFigures.omit({
  championVersion: true,
  championComparable: true,
  championIdentical: true,
});
/** Figures of challenger and champion on the same days. */
export type Comparison = z.output<typeof championFigures>;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly missing: string };

/** The challenger's figures against the mean and persistence. */
export function readFigures(metrics: HeadlineMetrics): Read<Figures> {
  return read(challengerFigures, metrics);
}

/** The challenger's figures against the champion; only where the two could be compared. */
export function readComparison(metrics: HeadlineMetrics): Read<Comparison> {
  return read(championFigures, metrics);
}

function read<T>(schema: z.ZodType<T>, metrics: HeadlineMetrics): Read<T> {
  const result = schema.safeParse(metrics);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, missing: result.error.issues.map(issue => issue.path.join('.')).join(', ') };
}
