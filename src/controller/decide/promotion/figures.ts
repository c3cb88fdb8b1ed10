/** Parses the figures that Evaluate reported; names those that are missing or not numeric. */
import { z } from 'zod';

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/)
  .transform(Number)
  .refine(Number.isFinite);
const positive = decimal.refine(value => value >= 0);
const share = decimal.refine(value => value >= 0 && value <= 1);
const flag = z.enum(['true', 'false']).transform(text => text === 'true');

const figuresSchema = z.object({
  symbol: z.string().min(1),
  holdoutFrom: z.iso.date(),
  holdoutTo: z.iso.date(),
  rmse: positive,
  meanRmse: positive,
  rmseRatio: positive,
  walkForwardRmseRatio: positive,
  accuracy: share,
  persistenceAccuracy: share,
  walkForwardAccuracy: share,
  walkForwardPersistenceAccuracy: share,
});
/** The challenger's own figures. RMSE is that of the daily return, a fraction; accuracy is a share. */
export type Figures = z.output<typeof figuresSchema>;

const comparisonSchema = z.object({
  championRows: positive,
  championFrom: z.iso.date(),
  championTo: z.iso.date(),
  championHoldoutTo: z.iso.date(),
  commonRmse: positive,
  championRmse: positive,
  championRmseRatio: positive,
  championReturnPValue: share,
  championSameQuestion: flag,
  commonAccuracy: share,
  championAccuracy: share,
  championRiskPValue: share,
  championRiskLower: decimal,
  championRiskUpper: decimal,
});
/** Figures of challenger and champion on the same days. */
export type Comparison = z.output<typeof comparisonSchema>;

/** Figures by name, as in a run's status. */
export type Metrics = Readonly<Record<string, string>>;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly missing: string };

/** The challenger's figures against the mean and persistence. */
export function readFigures(metrics: Metrics): Read<Figures> {
  return read(figuresSchema, metrics);
}

/** The challenger's figures against the champion; only where the two could be compared. */
export function readComparison(metrics: Metrics): Read<Comparison> {
  return read(comparisonSchema, metrics);
}

function read<T>(schema: z.ZodType<T>, metrics: Metrics): Read<T> {
  const result = schema.safeParse(metrics);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, missing: result.error.issues.map(issue => issue.path.join('.')).join(', ') };
}
