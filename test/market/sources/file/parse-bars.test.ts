import assert from 'node:assert/strict';
import { Failure } from '../../../../src/failure.ts';
import { parseBarFile } from '../../../../src/market/sources/file/parse-bars.ts';

const first = { date: '2024-01-02', open: 10, high: 12, low: 9.5, close: 11, volume: 500 };

describe('a file of bars', () => {
  const accepted: [string, string][] = [
    ['the plain form', 'date,open,high,low,close,volume\n2024-01-02,10,12,9.5,11,500\n'],
    ['names in any case and order', 'VOLUME,Close,Low,High,Open,Date\n500,11,9.5,12,10,2024-01-02\n'],
    [
      'an adjusted close, ignored',
      'Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,10,12,9.5,11,7.77,500\n',
    ],
    [
      'a byte order mark and CRLF',
      '\uFEFFdate,open,high,low,close,volume\r\n2024-01-02,10,12,9.5,11,500\r\n',
    ],
    [
      'quoted fields and spaces',
      '"Date","Open",High,Low, Close ,Volume\n"2024-01-02","10",12, 9.5 ,11,"500"\n',
    ],
    ['blank lines', 'date,open,high,low,close,volume\n\n2024-01-02,10,12,9.5,11,500\n\n'],
    [
      'the moments that yfinance writes',
      'Date,Open,High,Low,Close,Volume,Dividends\n2024-01-02 00:00:00-05:00,10,12,9.5,11,500,0.0\n',
    ],
    ['exponents and signs', 'date,open,high,low,close,volume\n2024-01-02,1e1,+12,.95E1,11.,5e2\n'],
  ];
  for (const [name, text] of accepted) {
    it(`takes ${name}`, () => {
      const [row, ...more] = parseBarFile('my.csv', text);
      const { place, ...bar } = row ?? { place: '' };
      assert.deepEqual(bar, first);
      assert.match(place, /^line \d$/);
      assert.deepEqual(more, []);
    });
  }

  it('returns missing values as nulls, with their line', () => {
    const text = 'date,open,high,low,close,volume\n2024-01-02,null,NULL,,null,null\n2024-01-03,1,2,1,,5\n';
    assert.deepEqual(parseBarFile('my.csv', text), [
      { date: '2024-01-02', open: null, high: null, low: null, close: null, volume: null, place: 'line 2' },
      { date: '2024-01-03', open: 1, high: 2, low: 1, close: null, volume: 5, place: 'line 3' },
    ]);
  });

  const header = 'date,open,high,low,close,volume\n';
  const refused: [string, string, RegExp][] = [
    ['an empty file', '', /^my\.csv is empty$/],
    ['only blank lines', '\n\r\n\n', /^my\.csv is empty$/],
    [
      'a missing column',
      'Date,Open,High,Low,Adj Close\n',
      /line 1: the header lacks close, volume; it must name date,/,
    ],
    ['a doubled column', 'date,open,high,low,close,volume,Close\n', /the header has close twice/],
    ['semicolons', 'date;open;high;low;close;volume\n', /lacks date, open/],
    ['a ragged row', `${header}2024-01-02,1,2,1,1\n`, /line 2: does not have as many cells as the header$/],
    ['a word for a number', `${header}2024-01-02,1,abc,1,1,5\n`, /line 2: high is not a number$/],
    [
      'a number that is none',
      `${header}2024-01-02,1,1e999,NaN,0x10,5\n`,
      /line 2: high is not a number; line 2: low is not a number; line 2: close is not a number$/,
    ],
    ['thousands', `${header}2024-01-02,1,"1,234",1,1,5\n`, /line 2: high is not a number$/],
    [
      'another way to write dates',
      `${header}01/02/2024,1,2,1,1,5\n`,
      /line 2: date is not a day as YYYY-MM-DD$/,
    ],
    ['a day that is none', `${header}2024-02-30,1,2,1,1,5\n`, /line 2: date is not a day/],
    ['bars of hours', `${header}2024-01-02 09:30:00,1,2,1,1,5\n`, /is not a day/],
    ['a broken quote', `${header}"2024-01-02,1,2,1,1,5\n`, /^my\.csv: line 2: a quote that is never closed/],
  ];
  for (const [name, text, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseBarFile('my.csv', text),
        error => error instanceof Failure && error.reason === 'UnreadableFile' && message.test(error.message),
      );
    });
  }

  it('names the first bad lines and counts the rest', () => {
    const lines = Array.from({ length: 30 }, () => '2024-01-02,x,2,1,1,5\n').join('');
    assert.throws(
      () => parseBarFile('my.csv', header + lines),
      error =>
        error instanceof Failure &&
        error.message.startsWith('my.csv (30 faults): line 2: open is not a number; line 3:') &&
        error.message.endsWith('line 6: open is not a number … and 25 more') &&
        error.details.count === 30,
    );
  });
});
