import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../../src/failure.ts';
import { parseCsv } from '../../../../src/market/sources/file/csv.ts';

const cell = fc.oneof(fc.string(), fc.stringMatching(/^[a-z",\r\n ]{0,8}$/));
/** Two columns at least: a lone empty cell is a blank line. */
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 });

function quote(text: string, always: boolean): string {
  return always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

describe('csv', () => {
  it('reads back every table, quoted or not, with either line end, with or without a mark or a last line end', () => {
    fc.assert(
      fc.property(
        table,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        fc.boolean(),
        (rows, always, end, mark, ended) => {
          // A mark of the content's own would be taken for the file's.
          fc.pre(mark !== '' || !rows[0]?.[0]?.startsWith('\uFEFF') || always);
          const body = rows.map(cells => cells.map(text => quote(text, always)).join(',')).join(end);
          const text = mark + body + (ended && rows.length > 0 ? end : '');
          assert.deepEqual(
            parseCsv(text).map(record => record.cells),
            rows,
          );
        },
      ),
    );
  });

  it('numbers records by the line on which they begin', () => {
    const records = parseCsv('a,b\n\n"two\nlines",c\r\nd,e\n');
    assert.deepEqual(
      records.map(record => record.line),
      [1, 3, 5],
    );
  });

  const refused: [string, string, string][] = [
    ['a quote that is never closed', 'a,b\n"c,d\n', 'line 2: a quote that is never closed'],
    ['a quote inside a plain field', 'a,b"c\n', 'line 1: a quote inside a field that is not quoted'],
    ['text after a closing quote', 'a\n"b"c,d\n', 'line 2: text after a closing quote'],
  ];
  for (const [name, text, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseCsv(text),
        new Failure('UnreadableFile', message, { line: Number(message[5]) }),
      );
    });
  }
});
