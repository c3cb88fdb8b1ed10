import assert from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import { symbolPath } from '../../src/market/symbol.ts';

describe('symbols', () => {
  const accepted = {
    AAPL: 'AAPL',
    'BRK-B': 'BRK-B',
    '^GSPC': '%5EGSPC',
    'EURUSD=X': 'EURUSD=X',
    '7203.T': '7203.T',
  };
  for (const [symbol, path] of Object.entries(accepted)) {
    it(`${symbol} goes into the path as ${path}`, () => assert.equal(symbolPath(symbol), path));
  }

  for (const symbol of [
    '../x',
    'AAPL%20',
    '',
    '.',
    '..',
    'AAPL?x=1',
    'AAPL/x',
    'AA PL',
    'aapl',
    'A#B',
    'A\n',
    'Ä',
    'A'.repeat(21),
  ]) {
    it(`${JSON.stringify(symbol)} is refused`, () => {
      assert.throws(
        () => symbolPath(symbol),
        error =>
          error instanceof Failure &&
          error.reason === 'InvalidSpec' &&
          error.message.includes(JSON.stringify(symbol)),
      );
    });
  }
});
