/** `bars.csv`: the artifact's own form, strict and the same byte for byte for the same bars. */
import { artifactFiles } from '../api/artifacts.ts';
import { Failure } from '../failure.ts';
import type { Bar } from './bar.ts';
import { isDay } from './days.ts';

const header = 'date,open,high,low,close,volume';

/** One line a bar; numbers as JavaScript's shortest decimals that give the same number back. */
export function formatBars(bars: readonly Bar[]): string {
  const lines = bars.map(
    ({ date, open, high, low, close, volume }) => `${date},${open},${high},${low},${close},${volume}`,
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/**
 * Reads what `formatBars` wrote.
 * @throws Failure `InvalidArtifact` naming the line.
 */
export function parseBars(text: string): Bar[] {
  const lines = text.split('\n');
  if (lines[0] !== header) throw invalid(1, `the header must be ${header}`);
  if (lines.pop() !== '') throw invalid(lines.length + 1, 'the last line is cut off');
  return lines.slice(1).map((line, index) => parseBar(line, index + 2));
}

function parseBar(line: string, lineNumber: number): Bar {
  const cells = line.split(',');
  if (cells.length !== 6) throw invalid(lineNumber, `has ${cells.length} cells, not 6`);
  const [date = '', ...rest] = cells;
  if (!isDay(date)) throw invalid(lineNumber, `"${date}" is no day`);
  const numbers = rest.map(Number);
  const bad = numbers.findIndex((number, index) => rest[index] === '' || !Number.isFinite(number));
  if (bad !== -1) throw invalid(lineNumber, `"${rest[bad]}" is no number`);
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers;
  return { date, open, high, low, close, volume };
}

function invalid(line: number, what: string): Failure {
  return new Failure('InvalidArtifact', `${artifactFiles.bars}, line ${line}: ${what}`, {
    file: artifactFiles.bars,
    line,
  });
}
