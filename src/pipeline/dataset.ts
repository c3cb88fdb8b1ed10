/** `features/features.csv` with its `dataset.json`: the rows that Train and Evaluate use. */
import { artifactFiles, type DatasetDescription, datasetSchema, type Window } from '../api/artifacts.ts';
import { type Targets, targetNames } from '../features/targets.ts';
import type { Matrix } from '../models/matrix.ts';
import { type Cells, formatCsv, invalid, readCsv } from './artifact-csv.ts';
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

/** The rows as CSV. @param features in catalogue order. */
export function formatDataset(rows: DatasetRows, features: readonly { name: string }[]): string {
  const { columns, values } = rows.x;
  const lines = rows.dates.map((date, row) => [
    date,
    rows.close[row]!,
    ...values.subarray(row * columns, (row + 1) * columns),
    ...targetsOf(rows).map(target => target[row]!),
  ]);
  return formatCsv(datasetColumns(features), lines);
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
  const lines = readCsv(featuresFile, datasetColumns(description.features), csv);
  const count = lines.length;
  if (count !== description.rows) {
    throw invalid(featuresFile, {}, `${count} rows, but ${datasetFile} has ${description.rows}`);
  }
  const labelled = count - description.risk.horizonDays;
  if (description.labelledRows !== labelled) {
    throw invalid(
      featuresFile,
      {},
      `${labelled} labelled rows, but ${datasetFile} has ${description.labelledRows}`,
    );
  }
  const dataset = emptyDataset(description);
  lines.forEach((cells, row) => {
    readRow(dataset, cells, row);
  });
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

function readRow(dataset: Dataset, cells: Cells<string>, row: number): void {
  const { description, dates, close, x } = dataset;
  const date = cells.day('date');
  const before = dates.at(-1);
  if (before !== undefined && date <= before)
    throw cells.wrong('date', 'the day does not follow that of the line before');
  dates.push(date);
  close[row] = cells.number('close');
  description.features.forEach(({ name }, i) => {
    x.values[row * x.columns + i] = cells.number(name);
  });

  const { rows, risk } = description;
  const isKnown = [row < rows - 1, row < rows - risk.horizonDays, true, true];
  Object.values(targetNames).forEach((name, i) => {
    const target = targetsOf(dataset)[i]!;
    if (isKnown[i]) target[row] = cells.number(name);
    else if (cells.text(name) === '') target[row] = Number.NaN;
    else throw cells.wrong(name, 'a value where none is known yet');
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
      featuresFile,
      {},
      `rows ${window.fromRow} to ${window.toRow - 1} are ${from} to ${to}, but the ${name} window in ${datasetFile} is ` +
        `${window.from} to ${window.to}`,
    );
  }
}
