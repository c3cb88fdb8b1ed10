import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { predictReturn } from '../../../src/models/booster/predict.ts';
import { voteRisk } from '../../../src/models/forest/vote.ts';
import type { Matrix } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import { formatBars } from '../../../src/pipeline/bars-csv.ts';
import { sampleBars } from '../../../support/bars.ts';
import { exampleIndicators } from '../../../support/indicators.ts';
import { type BatchServer, featuresOf, madeUpModel, startBatchServer } from './fixture.ts';

const model = madeUpModel(20);
const names = model.card.features.map(feature => feature.name);
const riskNames = ['Low', 'Medium', 'High'];

/** What fetch sends. */
type Body = NonNullable<RequestInit['body']>;

interface Row {
  line: number;
  date?: string;
  predicted_return: number | null;
  risk_level: number | null;
  risk: string | null;
  probabilities: { low: number; medium: number; high: number } | null;
  reason?: string;
}

interface Answer {
  model: { name: string; version: string };
  predictions: Row[];
  summary: Record<string, unknown>;
}

/** Rows of plausible indicators at full precision. */
function someRows(rows: number): number[][] {
  const random = new Random(3);
  return Array.from({ length: rows }, () => [
    (random.uniform() - 0.5) / 10,
    (random.uniform() - 0.5) / 5,
    random.uniform() * 100,
    random.uniform() / 20,
    random.uniform() / 20,
    // Further features of the catalogue.
    ...Object.values(exampleIndicators(model.card.features.slice(5))),
  ]);
}

/** What /predict's own functions say of row `row`. */
function expected(values: ArrayLike<number>): Omit<Row, 'line' | 'date' | 'reason'> {
  const row = Float64Array.from(values);
  const shares = new Float64Array(3);
  const level = voteRisk(model.forest, row, 0, shares);
  return {
    predicted_return: predictReturn(model.booster, row, 0),
    risk_level: level,
    risk: riskNames[level]!,
    probabilities: { low: shares[0]!, medium: shares[1]!, high: shares[2]! },
  };
}

const rowOf = ({ values, columns }: Matrix, row: number) =>
  values.subarray(row * columns, (row + 1) * columns);
const csvOf = (rows: number[][]) => `${names.join()}\n${rows.map(row => row.join()).join('\n')}\n`;

describe('POST /predict_batch', () => {
  let server: BatchServer;
  before(async () => {
    server = await startBatchServer(model);
  });
  after(() => server.close());

  const post = (body: Body, headers: Record<string, string> = {}, query = '') =>
    fetch(`${server.url}${query}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/csv', ...headers },
    });
  const answerTo = async (body: Body, headers: Record<string, string> = {}, query = '') => {
    const response = await post(body, headers, query);
    assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
    return (await response.json()) as Answer;
  };

  it('predicts every row of indicators as /predict does, bit for bit, over many blocks', async () => {
    const rows = someRows(12_000);
    const answer = await answerTo(csvOf(rows));
    assert.deepEqual(answer.model, { name: 'aapl', version: '0123456789ab' });
    assert.equal(answer.predictions.length, rows.length);
    answer.predictions.forEach(({ line, ...prediction }, i) => {
      assert.equal(line, i + 2);
      assert.deepEqual(prediction, expected(rows[i]!));
    });
    assert.deepEqual(answer.summary, {
      input: 'indicators',
      rows: rows.length,
      predicted: rows.length,
      warming_up: 0,
      skipped: 0,
      errors: [],
    });
  });

  it('computes the same features from bars as the Features stage, over many blocks, and gives the reason for rows without', async () => {
    const bars = sampleBars();
    const many = Array.from({ length: 9000 }, (_, i) => {
      const date = new Date(Date.UTC(1990, 0, 1 + i)).toISOString().slice(0, 10);
      return { ...bars[i % bars.length]!, date };
    });
    const { x, ready } = featuresOf(model.card, many);
    const answer = await answerTo(formatBars(many));
    answer.predictions.forEach(({ line, date, reason, ...prediction }, i) => {
      assert.equal(line, i + 2);
      assert.equal(date, many[i]!.date);
      if (i >= ready) assert.deepEqual(prediction, expected(rowOf(x, i - ready)));
      else {
        assert.deepEqual(prediction, {
          predicted_return: null,
          risk_level: null,
          risk: null,
          probabilities: null,
        });
        assert.equal(reason, `bar ${i + 1} of the ${ready + 1} that the first prediction needs`);
      }
    });
    assert.equal(answer.summary.warming_up, ready);
    assert.equal(answer.summary.predicted, many.length - ready);
  });

  it('rounds bars like the Fetch stage before it computes features', async () => {
    const bars = sampleBars().slice(0, 200);
    const noisy = bars.map(bar => ({ ...bar, close: bar.close * (1 + 1e-9) }));
    assert.deepEqual(
      (await answerTo(formatBars(noisy))).predictions,
      (await answerTo(formatBars(bars))).predictions,
    );
  });

  it('accepts columns in any order and case, a date, quotes, blanks, BOM, CRLF, blank lines and a missing last line end', async () => {
    const [row] = someRows(1);
    const [last, next, ...rest] = row!.toReversed();
    const first = rest.pop()!;
    const body =
      `\ufeff${[...names].reverse().join(', ').toUpperCase()},"Date"\r\n\r\n` +
      `"${last}", ${next} ,\t${rest.join()},+${Math.abs(first)},2020-02-29\r\n \r\n` +
      `${row!.toReversed().join()},"2021-03-01"`;
    const { predictions } = await answerTo(body);
    assert.deepEqual(
      predictions.map(({ line, date }) => [line, date]),
      [
        [3, '2020-02-29'],
        [5, '2021-03-01'],
      ],
    );
    const { line: _, date: __, ...second } = predictions[1]!;
    assert.deepEqual(second, expected(row!));
  });

  it("ignores any content of Yahoo's Adj Close", async () => {
    const bars = sampleBars().slice(0, 80);
    const lines = bars.map(
      bar => `${bar.date},${bar.open},${bar.high},${bar.low},${bar.close},x,${bar.volume}`,
    );
    const { predictions } = await answerTo(`Date,Open,High,Low,Close,Adj Close,Volume\n${lines.join('\n')}`);
    assert.deepEqual(predictions, (await answerTo(formatBars(bars))).predictions);
  });

  describe('the format of the answer', () => {
    const rows = someRows(3000);
    const body = csvOf(rows);

    it('is NDJSON with a summary as last line', async () => {
      const response = await post(body, { accept: 'application/x-ndjson' });
      assert.match(response.headers.get('content-type')!, /^application\/x-ndjson/);
      const lines = (await response.text())
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line));
      const { predictions, summary, model: name } = await answerTo(body);
      assert.deepEqual(lines.slice(0, -1), predictions);
      assert.deepEqual(lines.at(-1), { model: name, summary });
    });

    it('is CSV with the documented columns', async () => {
      const response = await post(body, { accept: 'text/csv' });
      assert.match(response.headers.get('content-type')!, /^text\/csv/);
      const [header, ...lines] = (await response.text()).trimEnd().split('\n');
      assert.equal(
        header,
        'line,date,predicted_return,risk_level,risk,probability_low,probability_medium,probability_high,reason',
      );
      assert.equal(lines.length, rows.length);
      lines.forEach((line, i) => {
        const { predicted_return, risk_level, risk, probabilities } = expected(rows[i]!);
        const { low, medium, high } = probabilities!;
        assert.equal(line, `${i + 2},,${predicted_return},${risk_level},${risk},${low},${medium},${high},`);
      });
    });

    it('is JSON for Accept */*, and 406 if none of the three is accepted', async () => {
      assert.match((await post(body, { accept: '*/*' })).headers.get('content-type')!, /^application\/json/);
      const refused = await post(body, { accept: 'text/html' });
      assert.equal(refused.status, 406);
      assert.match(await refused.text(), /application\/x-ndjson/);
    });
  });

  describe('the format of the upload', () => {
    const rows = someRows(4000);
    const csv = csvOf(rows);
    let plain: Answer;
    before(async () => {
      plain = await answerTo(csv);
    });
    const postForm = (form: FormData) => fetch(server.url, { method: 'POST', body: form });

    it('may be a form with one file, with LF and CRLF', async () => {
      for (const text of [csv, csv.replaceAll('\n', '\r\n')]) {
        const form = new FormData();
        form.append('file', new Blob([text], { type: 'text/csv' }), 'rows.csv');
        assert.deepEqual(await (await postForm(form)).json(), plain);
      }
    });

    it('may be gzip: the whole body, a .gz body, or a .gz file in a form', async () => {
      const bytes = gzipSync(csv);
      assert.deepEqual(await answerTo(bytes, { 'content-encoding': 'gzip' }), plain);
      assert.deepEqual(await answerTo(bytes, { 'content-type': 'application/gzip' }), plain);
      const form = new FormData();
      form.append('file', new Blob([bytes]), 'rows.csv.gz');
      assert.deepEqual(await (await postForm(form)).json(), plain);
    });

    it('is refused as a form without a file, with two, with a field, or truncated', async () => {
      const field = new FormData();
      field.append('rows', csv);
      const two = new FormData();
      two.append('a', new Blob([csv]), 'a.csv');
      two.append('b', new Blob([csv]), 'b.csv');
      for (const [form, message] of [
        [new FormData(), /InvalidMultipart/],
        [field, /part \\"rows\\" is no file/],
        [two, /more than one file/],
      ] as const) {
        const response = await postForm(form);
        assert.equal(response.status, 400);
        assert.match(await response.text(), message);
      }
      const cut = await post(
        '--b\r\ncontent-disposition: form-data; name="f"; filename="a.csv"\r\n\r\na,b\r\n1,2',
        {
          'content-type': 'multipart/form-data; boundary=b',
        },
      );
      assert.equal(cut.status, 400);
      assert.match(await cut.text(), /InvalidMultipart/);
      // In one piece, so that the parser is through with both before anybody reads the first.
      const part = `--b\r\ncontent-disposition: form-data; name="f"; filename="a.csv"\r\n\r\n${csvOf(someRows(2))}\r\n`;
      const pieces = await post(`${part}${part}--b--\r\n`, {
        'content-type': 'multipart/form-data; boundary=b',
      });
      assert.match(await pieces.text(), /more than one file/);
      const boundless = await post('x', { 'content-type': 'multipart/form-data' });
      assert.equal(boundless.status, 400);
      const headers = await post(`--b\r\nx: ${'y'.repeat(3_000_000)}`, {
        'content-type': 'multipart/form-data; boundary=b',
      });
      assert.equal(headers.status, 400);
      assert.match(await headers.text(), /more headers/);
    });
  });

  it('counts rows and classes in the metrics', async () => {
    const count = async (outcome: string) =>
      (await server.metrics.batchRows.get()).values.find(each => each.labels.outcome === outcome)?.value ?? 0;
    const before = [await count('predicted'), await count('skipped')];
    await answerTo(`${csvOf(someRows(10))}x\n`, {}, '?on_error=skip');
    const after = [await count('predicted'), await count('skipped')];
    assert.deepEqual(
      after.map((rows, i) => rows - before[i]!),
      [10, 1],
    );
  });
});
