import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/failure.ts';
import { formatBars, parseBars } from '../../src/pipeline/bars-csv.ts';

const number = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const bar = fc.record(
  {
    date: fc
      .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map(date => date.toISOString().slice(0, 10)),
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
  },
  { noNullPrototype: true },
);

describe('bars.csv', () => {
  it('reads back exactly what was written', () => {
    fc.assert(fc.property(fc.array(bar), bars => assert.deepEqual(parseBars(formatBars(bars)), bars)));
  });

  it('has one form', () => {
    const bars = [{ date: '2024-01-02', open: 1.5, high: 2, low: 1, close: 1.25, volume: 300 }];
    assert.equal(formatBars(bars), 'date,open,high,low,close,volume\n2024-01-02,1.5,2,1,1.25,300\n');
  });

  const header = 'date,open,high,low,close,volume\n';
  const refused: [string, string, RegExp][] = [
    ['an empty file', '', /line 1: the header/],
    ['another header', 'date,open\n', /line 1: the header/],
    ['a cut last line', `${header}2024-01-02,1,2,1,1,3`, /line 2: the last line is cut short/],
    ['a missing cell', `${header}2024-01-02,1,2,1,1\n`, /line 2: the line does not have 6 cells/],
    ['an empty cell', `${header}2024-01-02,1,2,,1,3\n`, /line 2, column low: the value is not a number/],
    [
      'a word',
      `${header}2024-01-02,1,2,1,1,3\n2024-01-03,1,NaN,1,1,3\n`,
      /line 3, column high: the value is not a number/,
    ],
    ['a day that is none', `${header}2024-02-30,1,2,1,1,3\n`, /line 2, column date: the value is not a date/],
  ];
  for (const [name, text, message] of refused) {
    it(`refuses ${name}, naming the line`, () => {
      assert.throws(
        () => parseBars(text),
        error =>
          error instanceof Failure && error.reason === 'InvalidArtifact' && message.test(error.message),
      );
    });
  }
});
