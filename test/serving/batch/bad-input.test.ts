import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { exampleIndicators } from '../../../support/indicators.ts';
import { type BatchServer, madeUpModel, startBatchServer } from './fixture.ts';

const model = madeUpModel(5);
const names = model.card.features.map(feature => feature.name).join();
const columns = model.card.features.length;
const good = Object.values(exampleIndicators(model.card.features)).join();
const bars = 'date,open,high,low,close,volume';
const bar = (date: string, prices = '10,12,9,11,100') => `${date},${prices}`;

/** Bars of one price for each day. */
const flat = (closes: readonly number[]) =>
  closes.map((close, i) => {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    return bar(day, `${Array(4).fill(close)},100`);
  });

/** What fetch sends. */
type Body = NonNullable<RequestInit['body']>;

interface ErrorAnswer {
  error: { code: string; message: string; details: Record<string, unknown> };
}

describe('POST /predict_batch with bad input', () => {
  let server: BatchServer;
  before(async () => {
    server = await startBatchServer(model, { uploadLimitBytes: 100_000 });
  });
  after(() => server.close());

  const post = (body: Body, headers: Record<string, string> = {}, query = '') =>
    fetch(`${server.url}${query}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/csv', ...headers },
    });

  /** Name, body, status, code, and what the message must say. */
  const uploads: [string, Body, number, string, RegExp][] = [
    ['an empty body', '', 400, 'EmptyBody', /upload is empty/],
    ['blank lines only', '\n\r\n  \n', 400, 'EmptyBody', /upload is empty/],
    ['a header only', `${names}\n`, 422, 'EmptyTable', /no rows/],
    ['a header only, without line end', bars, 422, 'EmptyTable', /no rows/],
    [
      'a header of something else',
      'name,age\nx,1',
      422,
      'InvalidHeader',
      /lacks columns .*unknown columns "name", "age"/,
    ],
    ['a missing column', `${bars.replace(',low', '')}\n`, 422, 'InvalidHeader', /lacks column "low"/],
    ['bars without dates', `${bars.replace('date,', '')}\n`, 422, 'InvalidHeader', /lacks column "date"/],
    ['an unknown column', `${names},extra\n`, 422, 'InvalidHeader', /unknown column "extra"/],
    ['a column twice', `${names},RSI_14\n`, 422, 'InvalidHeader', /"RSI_14" more than once/],
    ['a quote open in the header', `"${names}\n${good}`, 422, 'InvalidHeader', /quote in the header/],
    ['no header', `${good}\n${good}\n`, 422, 'InvalidHeader', /unknown columns "0.01"/],
    [
      'a header that is not UTF-8',
      Buffer.from('d\xe4te,open\n', 'latin1'),
      422,
      'InvalidHeader',
      /not UTF-8/,
    ],
    ['UTF-16', Buffer.from(`\ufeff${names}\n`, 'utf16le'), 422, 'InvalidHeader', /UTF-16, not UTF-8/],
    [
      'too few fields',
      `${names}\n${good}\n1,2\n`,
      422,
      'InvalidRow',
      new RegExp(`^line 3: has 2 fields, the header has ${columns}`),
    ],
    [
      'too many fields',
      `${names}\n${good},1\n`,
      422,
      'InvalidRow',
      new RegExp(`^line 2: has ${columns + 1} fields, the header has ${columns}`),
    ],
    [
      'words',
      `${names}\n${good.replace('55.5', 'high')}`,
      422,
      'InvalidRow',
      /^line 2: rsi_14 is "high", must be a decimal/,
    ],
    [
      'an empty field',
      `${names}\n${good.replace('55.5', '')}`,
      422,
      'InvalidRow',
      /^line 2: rsi_14 is empty/,
    ],
    ['NaN', `${names}\n${good.replace('55.5', 'NaN')}`, 422, 'InvalidRow', /rsi_14 is "NaN"/],
    ['Infinity', `${names}\n${good.replace('0.01', '-Infinity')}`, 422, 'InvalidRow', /is "-Infinity"/],
    ['1e999', `${names}\n${good.replace('0.01', '1e999')}`, 422, 'InvalidRow', /is "1e999"/],
    ['hexadecimal', `${names}\n${good.replace('0.01', '0x10')}`, 422, 'InvalidRow', /is "0x10"/],
    [
      'a blank within a number',
      `${names}\n${good.replace('55.5', '55 .5')}`,
      422,
      'InvalidRow',
      /is "55 .5"/,
    ],
    ['a thousands separator', `${names}\n${good.replace('55.5', '"5,5"')}`, 422, 'InvalidRow', /is "5,5"/],
    [
      'an RSI above 100',
      `${names}\n${good.replace('55.5', '100.5')}`,
      422,
      'InvalidRow',
      /rsi_14 is 100.5, must be at least 0 and at most 100/,
    ],
    [
      'a quoted field of two lines',
      `${names}\n"0.01\n",1,2,3,4`,
      422,
      'InvalidRow',
      /^line 2: .* quote is not closed on its line/,
    ],
    [
      'text behind a quote',
      `${names}\n${good.replace('55.5', '"55"5')}`,
      422,
      'InvalidRow',
      /text follows it/,
    ],
    [
      'a field that is not UTF-8',
      Buffer.from(`${names}\n${good.replace('55.5', '\xe4')}`, 'latin1'),
      422,
      'InvalidRow',
      /^line 2: rsi_14 contains bytes that are not UTF-8/,
    ],
    ['old Mac line ends', `${names}\n${good}\r${good}`, 422, 'InvalidRow', /^line 2/],
    [
      'a line of 80 kB',
      `${names}\n${good}${'0'.repeat(80_000)}`,
      422,
      'InvalidRow',
      /longer than 65536 bytes/,
    ],
    [
      'an impossible day',
      `${bars}\n${bar('2019-02-29')}`,
      422,
      'InvalidRow',
      /^line 2: date is "2019-02-29", must be an existing date/,
    ],
    ['another form of date', `${bars}\n${bar('02/28/2019')}`, 422, 'InvalidRow', /date is "02\/28\/2019"/],
    [
      'days out of order',
      `${bars}\n${bar('2020-01-03')}\n${bar('2020-01-02')}`,
      422,
      'InvalidRow',
      /^line 3: date 2020-01-02 comes after 2020-01-03/,
    ],
    [
      'a day twice',
      `${bars}\n${bar('2020-01-03')}\n${bar('2020-01-03')}`,
      422,
      'InvalidRow',
      /^line 3: date 2020-01-03 occurs twice/,
    ],
    [
      'a price of zero',
      `${bars}\n${bar('2020-01-03', '0,12,9,11,5')}`,
      422,
      'InvalidRow',
      /open 0 is not above zero/,
    ],
    [
      'a high below the low',
      `${bars}\n${bar('2020-01-03', '10,8,9,8.5,5')}`,
      422,
      'InvalidRow',
      /high 8 is below low 9/,
    ],
    [
      'a close above the high',
      `${bars}\n${bar('2020-01-03', '10,12,9,13,5')}`,
      422,
      'InvalidRow',
      /close 13 is outside 9 to 12/,
    ],
    [
      'a negative volume',
      `${bars}\n${bar('2020-01-03', '10,12,9,11,-5')}`,
      422,
      'InvalidRow',
      /volume -5 is below zero/,
    ],
    [
      'a price out of all proportion',
      `${bars}\n${flat([10, 1e300]).join('\n')}`,
      422,
      'InvalidRow',
      /^line 3: close 1e\+300 is more than 10000 times above or below the previous one, 10$/,
    ],
    [
      'prices of which no features can be made',
      `${bars}\n${flat(Array(80).fill(1e308)).join('\n')}`,
      422,
      'InvalidRow',
      /^line 71: ma_10_ratio is -1: this bar or those before it are wrong/,
    ],
    [
      'a header of nothing but commas',
      ','.repeat(50_000),
      422,
      'InvalidHeader',
      /^the header has columns "", .* more than once$/,
    ],
    [
      'more than the limit',
      `${names}\n${`${good}\n`.repeat(5000)}`,
      413,
      'BodyTooLarge',
      /larger than 100000 bytes/,
    ],
  ];
  for (const [name, body, status, code, message] of uploads) {
    it(`refuses ${name}`, async () => {
      const response = await post(body);
      const { error } = (await response.json()) as ErrorAnswer;
      assert.equal(response.status, status, error.message);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(JSON.stringify(error).length < 1500, 'an answer of a size to read');
    });
  }

  it('names line, column and kind of problem in the details', async () => {
    const { error } = (await (
      await post(`${names}\n\n${good}\n${good.replace('55.5', 'x')}`)
    ).json()) as ErrorAnswer;
    assert.deepEqual(error.details, { line: 4, column: 'rsi_14', reason: 'NotANumber' });
  });

  it('refuses other types, encodings and parameters, and lists the supported ones', async () => {
    const cases: [Record<string, string>, string, number, RegExp][] = [
      [{ 'content-type': 'application/json' }, '', 415, /application\/json is not supported; send text\/csv/],
      [{ 'content-encoding': 'br' }, '', 415, /br is not supported; gzip is/],
      [{}, '?on_error=ignore', 422, /on_error must be fail or skip/],
      [{}, '?on_error=skip&on_error=fail', 422, /on_error must be/],
      [{}, '?onerror=skip', 422, /onerror is unknown/],
    ];
    for (const [headers, query, status, message] of cases) {
      const response = await post(`${names}\n${good}`, headers, query);
      assert.equal(response.status, status);
      assert.match(await response.text(), message);
    }
  });

  it('lists wrong parameters like the wrong fields of /predict', async () => {
    const { error } = (await (await post(good, {}, '?onerror=skip')).json()) as ErrorAnswer;
    assert.deepEqual(error.details.fields, [
      { field: 'onerror', reason: 'UnknownField', message: 'is unknown; there is on_error' },
    ]);
  });

  it('refuses gzip that is truncated, damaged or not gzip', async () => {
    const bytes = gzipSync(`${names}\n${`${good}\n`.repeat(100)}`);
    const damaged = Buffer.from(bytes);
    damaged[bytes.length - 6]! ^= 0xff;
    const cases: [Buffer | string, Record<string, string>][] = [
      [bytes.subarray(0, bytes.length - 12), {}],
      [damaged, { 'content-encoding': 'gzip' }],
      [`${names}\n${good}`, { 'content-encoding': 'gzip' }],
      [`${names}\n${good}`, { 'content-type': 'application/gzip' }],
    ];
    for (const [body, headers] of cases) {
      const response = await post(body, headers);
      assert.equal(response.status, 400);
      assert.equal(((await response.json()) as ErrorAnswer).error.code, 'InvalidGzip');
    }
  });

  it('with on_error=skip leaves bad rows out, counts them all and lists the first hundred', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? good : `bad${i}`));
    const response = await post(`${names}\n${rows.join('\n')}`, {}, '?on_error=skip');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('trailer'), 'Bellwether-Rows, Bellwether-Skipped');
    const { predictions, summary } = (await response.json()) as {
      predictions: { line: number }[];
      summary: { rows: number; skipped: number; errors: Record<string, unknown>[] };
    };
    assert.deepEqual(
      predictions.map(({ line }) => line),
      rows.flatMap((row, i) => (row === good ? [i + 2] : [])),
    );
    assert.equal(summary.skipped, 150);
    assert.equal(summary.errors.length, 100);
    assert.deepEqual(summary.errors[0], {
      line: 3,
      column: 'ma_10_ratio',
      code: 'NotANumber',
      message: 'ma_10_ratio is "bad1", must be a decimal number within the range of a double',
    });
  });

  it('with on_error=skip a bar that is left out changes no other', async () => {
    const day = (i: number) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    const lines = Array.from({ length: 90 }, (_, i) => bar(day(i), `10,12,9,${10 + (i % 7) / 10},100`));
    const absurd = ['1e300,1e300,1e300,1e300,1', '1e-5,1e-5,1e-5,1e-5,1'].map(prices => bar(day(40), prices));
    const bad = [...lines.slice(0, 40), bar(day(3)), bar(day(39), '1,2,3'), ...absurd, ...lines.slice(40)];
    const ask = async (rows: string[]) => {
      const response = await post(`${bars}\n${rows.join('\n')}`, {}, '?on_error=skip');
      const { predictions } = (await response.json()) as { predictions: { line: number }[] };
      return predictions.map(({ line: _, ...rest }) => rest);
    };
    assert.deepEqual(await ask(bad), await ask(lines));
  });

  it('still serves afterwards', async () => {
    assert.equal((await post(`${names}\n${good}`)).status, 200);
  });
});
