/** `bars.csv`: the bars of a run. */
import { artifactFiles } from '../api/artifacts.ts';
import type { Bar } from '../market/bar.ts';
import { type Cells, formatCsv, readCsv } from './artifact-csv.ts';

const columns = ['date', 'open', 'high', 'low', 'close', 'volume'] as const;

export function formatBars(bars: readonly Bar[]): string {
  return formatCsv(
    columns,
    bars.map(bar => columns.map(column => bar[column])),
  );
}

/** Reads what `formatBars` wrote. @throws Failure `InvalidArtifact` naming line and column. */
export function parseBars(text: string): Bar[] {
  return readCsv(artifactFiles.bars, columns, text).map(readBar);
}

function readBar({ day, number }: Cells<(typeof columns)[number]>): Bar {
  return {
    date: day('date'),
    open: number('open'),
    high: number('high'),
    low: number('low'),
    close: number('close'),
    volume: number('volume'),
  };
}
