/** The figures that a run's Evaluate reported, as numbers; what is missing or no number is named. */
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
/** Of the challenger alone. RMSE is a fraction a day, accuracy a share. */
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
/** Challenger and champion on the same days. */
export type Comparison = z.output<typeof comparisonSchema>;

/** Figures by name, as in a run's status. */
export type Metrics = Readonly<Record<string, string>>;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly missing: string };

/** What the challenger showed against the mean and persistence. */
export function readFigures(metrics: Metrics): Read<Figures> {
  return read(figuresSchema, metrics);
}

/** What it showed against the champion; only where the two could be compared. */
export function readComparison(metrics: Metrics): Read<Comparison> {
  return read(comparisonSchema, metrics);
}

function read<T>(schema: z.ZodType<T>, metrics: Metrics): Read<T> {
  const result = schema.safeParse(metrics);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, missing: result.error.issues.map(issue => issue.path.join('.')).join(', ') };
}
