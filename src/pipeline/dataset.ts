/** `features/features.csv` with its `dataset.json`: what Train and Evaluate learn from and are judged by. */
import { artifactFiles, type DatasetDescription, datasetSchema, type Window } from '../api/artifacts.ts';
import { Failure } from '../failure.ts';
import { type Targets, targetNames } from '../features/targets.ts';
import { isDay } from '../market/days.ts';
import type { Matrix } from '../models/matrix.ts';
import { parseJsonArtifact } from './json-artifact.ts';
import type { StageContext } from './stage.ts';

const { features: featuresFile, dataset: datasetFile } = artifactFiles;

/** The numbers of a dataset, one entry a row, oldest first. Targets are NaN where they are not yet known. */
export interface DatasetRows extends Targets {
  /** The bar's day, `YYYY-MM-DD`. */
  readonly dates: string[];
  readonly close: Float64Array;
  /** Features in catalogue order. */
  readonly x: Matrix;
}

export interface Dataset extends DatasetRows {
  readonly description: DatasetDescription;
}

/** The columns of `features.csv` for the given features. */
function datasetColumns(features: readonly { name: string }[]): string[] {
  return ['date', 'close', ...features.map(feature => feature.name), ...Object.values(targetNames)];
}

/** The rows as CSV: shortest decimals that parse to the same double, empty where unknown, LF after every line. */
export function formatDataset(rows: DatasetRows, features: readonly { name: string }[]): string {
  const lines = [datasetColumns(features).join(',')];
  const { columns, values } = rows.x;
  rows.dates.forEach((date, row) => {
    const cells = [date, formatNumber(rows.close[row]!)];
    for (let i = row * columns; i < (row + 1) * columns; i++) cells.push(formatNumber(values[i]!));
    for (const target of targetsOf(rows)) cells.push(formatNumber(target[row]!));
    lines.push(cells.join(','));
  });
  return `${lines.join('\n')}\n`;
}

/** Both files of the Features stage, checked against each other. @throws Failure `InvalidArtifact`. */
export async function readDataset(context: Pick<StageContext, 'input'>): Promise<Dataset> {
  const [json, csv] = await Promise.all([
    context.input('Features', datasetFile),
    context.input('Features', featuresFile),
  ]);
  return parseDataset(csv.toString(), parseJsonArtifact(datasetFile, json, datasetSchema));
}

/**
 * Reads what `formatDataset` wrote, bit for bit.
 * @throws Failure `InvalidArtifact` naming the line and column that is wrong, or how the two files disagree.
 */
export function parseDataset(csv: string, description: DatasetDescription): Dataset {
  const header = datasetColumns(description.features);
  const lines = csv.split('\n');
  if (lines.pop() !== '') throw invalid('the last line is cut short', { line: lines.length + 1 });
  if (lines[0] !== header.join(',')) throw invalid(`the header is not "${header.join(',')}"`, { line: 1 });
  const count = lines.length - 1;
  if (count !== description.rows) {
    throw invalid(`${count} rows where ${datasetFile} says ${description.rows}`, { rows: count });
  }
  const labelled = count - description.risk.horizonDays;
  if (description.labelledRows !== labelled) {
    throw invalid(`${labelled} labelled rows where ${datasetFile} says ${description.labelledRows}`, {});
  }
  const dataset = emptyDataset(description);
  for (let row = 0; row < count; row++) readRow(dataset, header, row, lines[row + 1]!);
  checkWindow(dataset, 'training', description.training);
  checkWindow(dataset, 'holdout', description.holdout);
  return dataset;
}

function emptyDataset(description: DatasetDescription): Dataset {
  const { rows } = description;
  const columns = description.features.length;
  return {
    description,
    dates: [],
    close: new Float64Array(rows),
    x: { rows, columns, values: new Float64Array(rows * columns) },
    returnNext: new Float64Array(rows),
    volatilityAhead: new Float64Array(rows),
    volatilityNow: new Float64Array(rows),
    volatilityKnown: new Float64Array(rows),
  };
}

function readRow(dataset: Dataset, header: readonly string[], row: number, line: string): void {
  const cells = line.split(',');
  const at = (column: number) => ({ line: row + 2, column: header[column] });
  if (cells.length !== header.length) {
    throw invalid(`${cells.length} values where ${header.length} belong`, { line: row + 2 });
  }
  const number = (column: number) => parseNumber(cells[column]!, at(column));

  const date = cells[0]!;
  if (!isDay(date)) throw invalid(`"${date}" is no date`, at(0));
  if (row > 0 && date <= dataset.dates[row - 1]!) {
    throw invalid(`${date} does not follow ${dataset.dates[row - 1]}`, at(0));
  }
  dataset.dates.push(date);
  dataset.close[row] = number(1);
  const { columns, values } = dataset.x;
  for (let i = 0; i < columns; i++) values[row * columns + i] = number(2 + i);

  const { rows, risk } = dataset.description;
  const known = [row < rows - 1, row < rows - risk.horizonDays, true, true];
  targetsOf(dataset).forEach((target, i) => {
    const column = 2 + columns + i;
    if (known[i]) target[row] = number(column);
    else if (cells[column] === '') target[row] = Number.NaN;
    else throw invalid(`"${cells[column]}" where nothing can be known yet`, at(column));
  });
}

/** In the order of `targetNames`. */
function targetsOf(rows: Targets): Float64Array[] {
  return [rows.returnNext, rows.volatilityAhead, rows.volatilityNow, rows.volatilityKnown];
}

function checkWindow({ dates }: Dataset, name: string, window: Window): void {
  const from = dates[window.fromRow];
  const to = dates[window.toRow - 1];
  if (from !== window.from || to !== window.to) {
    throw invalid(
      `rows ${window.fromRow} to ${window.toRow - 1} span ${from} to ${to}, ` +
        `where ${datasetFile} says ${window.from} to ${window.to} for the ${name} window`,
      { window: name },
    );
  }
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '';
  // String() drops the sign of a negative zero.
  return Object.is(value, -0) ? '-0' : String(value);
}

const decimal = /^-?\d+(\.\d+)?(e[+-]\d+)?$/;

function parseNumber(text: string, at: Details): number {
  const value = Number(text);
  if (!decimal.test(text) || !Number.isFinite(value)) throw invalid(`"${text}" is no number`, at);
  return value;
}

type Details = { line?: number; column?: string | undefined } & Record<string, unknown>;

function invalid(problem: string, details: Details): Failure {
  const line = details.line === undefined ? '' : ` line ${details.line}`;
  const column = details.column === undefined ? '' : `, column ${details.column}`;
  return new Failure('InvalidArtifact', `${featuresFile}${line}${column}: ${problem}`, {
    file: featuresFile,
    ...details,
  });
}
