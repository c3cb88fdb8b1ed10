import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DatasetDescription } from '../../src/api/artifacts.ts';
import { Failure } from '../../src/failure.ts';
import { featureCatalogue } from '../../src/features/catalogue.ts';
import { type DatasetRows, formatDataset, parseDataset, readDataset } from '../../src/pipeline/dataset.ts';

const windows = { shortWindow: 2, longWindow: 3, rsiPeriod: 2, volatilityWindow: 4, horizonDays: 2 };
/** Any five features will do. */
const features = featureCatalogue(windows).slice(0, 5);
const columns = features.length;

function describing(rows: DatasetRows): DatasetDescription {
  const count = rows.dates.length;
  const window = (fromRow: number, toRow: number) => ({
    fromRow,
    toRow,
    from: rows.dates[fromRow]!,
    to: rows.dates[toRow - 1]!,
  });
  return {
    symbol: 'AAPL',
    features,
    windows,
    rows: count,
    labelledRows: count - 2,
    training: window(0, 1),
    holdout: window(1, count - 2),
    risk: { window: 4, horizonDays: 2, thresholds: [0.01, 0.02] },
    leakage: { cutPoints: 1, comparedValues: 1 },
  };
}

const dates = ['2018-01-02', '2018-01-03', '2018-01-04', '2018-01-05', '2018-01-08', '2018-01-09'];

/** Rows of the given numbers; targets are unknown at the end as they are in a real dataset. */
function rowsOf(count: number, number: (i: number) => number): DatasetRows {
  let used = 0;
  const series = (known: number) =>
    Float64Array.from({ length: count }, (_, row) => (row < known ? number(used++) : Number.NaN));
  return {
    dates: dates.slice(0, count),
    close: series(count),
    x: {
      rows: count,
      columns,
      values: Float64Array.from({ length: count * columns }, () => number(used++)),
    },
    returnNext: series(count - 1),
    volatilityAhead: series(count - 2),
    volatilityNow: series(count),
    volatilityKnown: series(count),
  };
}

const sample = rowsOf(5, i => i / 7);
const csv = formatDataset(sample, features);

describe('features.csv', () => {
  it('has one line a row, targets left empty where they are unknown', () => {
    const two = rowsOf(3, i => i);
    assert.equal(
      formatDataset(two, features),
      'date,close,ma_2_ratio,ma_3_ratio,rsi_2,volatility_4,volatility_known_2,' +
        'return_next,volatility_ahead,volatility_now,volatility_known\n' +
        '2018-01-02,0,3,4,5,6,7,18,20,21,24\n' +
        '2018-01-03,1,8,9,10,11,12,19,,22,25\n' +
        '2018-01-04,2,13,14,15,16,17,,,23,26\n',
    );
  });

  it('gives back every number bit for bit', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.infiniteStream(number), fc.integer({ min: 4, max: 6 }), (numbers, count) => {
        const given = rowsOf(count, () => numbers.next().value!);
        const description = describing(given);
        assert.deepEqual(parseDataset(formatDataset(given, features), description), {
          description,
          ...given,
        });
      }),
    );
  });

  const line = csv.split('\n')[2]!;
  const cells = line.split(',');
  const swapped = (column: number, text: string) => csv.replace(line, cells.with(column, text).join(','));
  for (const [what, altered, message] of [
    ['an empty file', '', /line 1: the header is not/],
    ['a header alone', `${csv.split('\n')[0]}\n`, /0 rows, but dataset.json has 5/],
    ['another header', csv.replace('rsi_2', 'rsi_3'), /line 1: the header is not "date,close,/],
    ['a cut last line', csv.slice(0, -3), /line 6: the last line is cut short/],
    ['a missing row', csv.replace(`${line}\n`, ''), /4 rows, but dataset.json has 5/],
    ['a ragged row', csv.replace(line, `${line},1`), /line 3: the line does not have 11 cells/],
    ['a date that is none', swapped(0, '3.1.2018'), /line 3, column date: the value is not a date/],
    [
      'a day twice',
      swapped(0, '2018-01-02'),
      /line 3, column date: the day does not follow that of the line before/,
    ],
    ['a number that is none', swapped(4, 'NaN'), /line 3, column rsi_2: the value is not a number/],
    ['an empty feature', swapped(2, ''), /line 3, column ma_2_ratio: the value is not a number/],
    ['a hexadecimal number', swapped(1, '0x10'), /line 3, column close: the value is not a number/],
    ['a number out of range', swapped(1, '1e999'), /line 3, column close: the value is not a number/],
    ['a space', swapped(1, ' 1'), /line 3, column close: the value is not a number/],
    [
      'a target that should be known',
      swapped(8, ''),
      /line 3, column volatility_ahead: the value is not a number/,
    ],
    [
      'a target from the future',
      csv.replace(/,,,(?=[^,]*,[^,]*\n$)/, ',0.01,,'),
      /line 6, column return_next: a value where none is known yet/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseDataset(altered, describing(sample)),
        (error: unknown) =>
          error instanceof Failure && error.reason === 'InvalidArtifact' && message.test(error.message),
      );
    });
  }

  it('refuses another number of labelled rows than the horizon leaves', () => {
    assert.throws(
      () => parseDataset(csv, { ...describing(sample), labelledRows: 4 }),
      /3 labelled rows, but dataset.json has 4/,
    );
  });

  it('rejects windows at other positions than described', () => {
    const description = describing(sample);
    const holdout = { ...description.holdout, from: '2018-01-05' };
    assert.throws(
      () => parseDataset(csv, { ...description, holdout }),
      /rows 1 to 2 are 2018-01-03 to 2018-01-04, but the holdout window in dataset.json is 2018-01-05 to 2018-01-04/,
    );
    const training = { ...description.training, toRow: 99 };
    assert.throws(() => parseDataset(csv, { ...description, training }), /the training window/);
  });
});

describe('reading a dataset', () => {
  const input = (json: string) => ({
    input: async (_stage: string, file: string) => Buffer.from(file === 'dataset.json' ? json : csv),
  });

  it('takes both files of the Features stage', async () => {
    const description = describing(sample);
    assert.deepEqual(await readDataset(input(JSON.stringify(description))), { description, ...sample });
  });

  for (const [what, json] of [
    ['cut', '{"symbol":'],
    ['of another shape', '{"symbol":"AAPL"}'],
  ]) {
    it(`names dataset.json when it is ${what}`, () =>
      assert.rejects(readDataset(input(json!)), {
        reason: 'InvalidArtifact',
        message: /^dataset\.json(:| is not JSON$)/,
      }));
  }
});
