/** The track record as CSV: every scored forecast, one line per day. A line never changes. */
import type { RiskLevel } from '../../api/risk.ts';
import { type Cells, formatCsv, invalid, readCsv } from '../artifact-csv.ts';

/** One forecast with the actual values and the trivial predictors. Returns are simple price returns as fractions. */
export interface ScoredDay {
  /** The day on whose close it was made, `YYYY-MM-DD`. */
  readonly date: string;
  /** The version that served at its end, or would have; see `owedDays`. */
  readonly version: string;
  readonly actualReturn: number;
  readonly predictedReturn: number;
  /** The mean of that version's training rows. */
  readonly meanReturn: number;
  /** By that version's thresholds, like the next three. */
  readonly actualRisk: RiskLevel;
  readonly predictedRisk: RiskLevel;
  readonly persistenceRisk: RiskLevel;
  readonly knownPartRisk: RiskLevel;
}

/** Its name in errors. */
const file = 'track record';

const columns = [
  'date',
  'version',
  'actual_return',
  'predicted_return',
  'mean_return',
  'actual_risk',
  'predicted_risk',
  'persistence_risk',
  'known_part_risk',
] as const;

/** As CSV, oldest first. */
export function formatTrack(days: readonly ScoredDay[]): string {
  return formatCsv(
    columns,
    days.map(day => [
      day.date,
      day.version,
      day.actualReturn,
      day.predictedReturn,
      day.meanReturn,
      day.actualRisk,
      day.predictedRisk,
      day.persistenceRisk,
      day.knownPartRisk,
    ]),
  );
}

/** Reads what `formatTrack` wrote. @throws Failure `InvalidArtifact` naming line and column, or two days out of order. */
export function parseTrack(text: string): ScoredDay[] {
  const days = readCsv(file, columns, text).map(readDay);
  days.forEach(({ date }, i) => {
    const before = days[i - 1]?.date ?? '';
    if (date > before) return;
    // The first line is the header.
    throw invalid(file, { line: i + 2, column: 'date' }, 'the day does not follow that of the line before');
  });
  return days;
}

function readDay({ text, number, day, risk }: Cells<(typeof columns)[number]>): ScoredDay {
  return {
    date: day('date'),
    version: text('version'),
    actualReturn: number('actual_return'),
    predictedReturn: number('predicted_return'),
    meanReturn: number('mean_return'),
    actualRisk: risk('actual_risk'),
    predictedRisk: risk('predicted_risk'),
    persistenceRisk: risk('persistence_risk'),
    knownPartRisk: risk('known_part_risk'),
  };
}
