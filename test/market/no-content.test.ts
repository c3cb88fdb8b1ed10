/** Messages about bars end in the status of a run: whatever a file or a response contains, none of it may be in a message. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { Failure } from '../../src/failure.ts';
import { checkBars } from '../../src/market/checks.ts';
import { parseBarFile } from '../../src/market/sources/file/parse-bars.ts';
import { failureOfLibrary, failureOfStatus } from '../../src/market/sources/yahoo/failure.ts';
import { readCsv } from '../../src/pipeline/artifact-csv.ts';
import { parseJsonArtifact } from '../../src/pipeline/json-artifact.ts';

const limits = { maximumGapDays: 10, minimumBars: 2, age: undefined, latestDay: '2100-01-01' };
const header = 'date,open,high,low,close,volume\n';
/** Does not occur in any message of the project. */
const secret = 'ZQXJ7731';

function messageOfFailure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    // The log has the details, and the chain of causes in a stack.
    return `${error.message} ${JSON.stringify(error.details)} ${String(error.cause)}`;
  }
  return '';
}

describe('content of a file or a response', () => {
  for (const [name, text] of [
    ['a first line that is no header', `root:${secret}:0:0:root:/root:/bin/sh\n`],
    ['a header with another column', `date,open,high,low,close,${secret}\n`],
    ['a word for a number', `${header}2024-01-02,${secret},2,1,1,5\n`],
    ['a word for a day', `${header}${secret},1,2,1,1,5\n`],
    ['a ragged row', `${header}2024-01-02,${secret}\n`],
    ['a quote inside a field', `${header}2024-01-02,${secret}"x,2,1,1,5\n`],
    ['a quote that is never closed', `${header}"${secret}\n`],
    ['text after a quote', `${header}"2024-01-02"${secret},1,2,1,1,5\n`],
  ] as const) {
    it(`is in no message about ${name}`, () => {
      const message = messageOfFailure(() => parseBarFile('my.csv', text));
      assert.match(message, /my\.csv/);
      assert.doesNotMatch(message, new RegExp(secret));
    });
  }

  it('is in no message about a row that breaks a rule', () => {
    // Seven digits that no other number of a message has.
    const figure = fc.integer({ min: 7_000_000, max: 7_999_999 });
    const day = fc.constantFrom('2031-01-02', '2031-01-03', '2039-12-24');
    const row = fc.record({
      date: day,
      open: figure,
      high: figure,
      low: figure,
      close: figure,
      volume: figure,
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), bars => {
        const rows = bars.map((bar, i) => ({ ...bar, place: `line ${i + 2}` }));
        const message = messageOfFailure(() => checkBars('AAPL', rows, null, limits));
        assert.doesNotMatch(message, /7\d{6}|203\d/);
      }),
    );
  });

  it('is in no message about a CSV artifact', () => {
    for (const text of [
      `${secret}\n`,
      `date,x\n${secret},1\n`,
      `date,x\n2024-01-02,${secret}\n`,
      `date,x\n${secret}`,
    ]) {
      const message = messageOfFailure(() => {
        for (const cells of readCsv('f.csv', ['date', 'x'], text)) [cells.day('date'), cells.number('x')];
      });
      assert.match(message, /f\.csv/);
      assert.doesNotMatch(message, new RegExp(secret));
    }
  });

  it('is in no message about a JSON artifact', () => {
    for (const text of [
      secret,
      `{"${secret}":1}`,
      `{"symbol":"${secret.toLowerCase()}"}`,
      `{"seed":"${secret}"}`,
    ]) {
      const message = messageOfFailure(() => parseJsonArtifact('f.json', text, trainingRunSpecSchema));
      assert.match(message, /f\.json/);
      assert.doesNotMatch(message, new RegExp(secret, 'i'));
    }
  });

  it("is in no message about a response that is not Yahoo's", () => {
    for (const status of [302, 400, 401, 403, 404, 429, 500, 503]) {
      for (const body of [
        secret,
        `{"password":"${secret}"}`,
        `{"data":{"error":{"description":"${secret}"}}}`,
      ]) {
        const headers = status === 302 ? { location: `http://metadata.test/${secret}?${secret}` } : {};
        const error = failureOfStatus('AAPL', new Response(null, { status, headers }), body);
        assert.doesNotMatch(`${error.message} ${JSON.stringify(error.details)}`, new RegExp(secret));
      }
    }
    for (const text of [
      `not parsable.\n\nResponse: "${secret}".  Error: x`,
      `Unexpected result: {"${secret}":1}`,
    ]) {
      const error = failureOfLibrary('AAPL', new Error(text));
      assert.ok(error instanceof Failure);
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, new RegExp(secret));
    }
  });
});
