import assert from 'node:assert/strict';
import { Failure } from '../../src/failure.ts';
import { checkTicker } from '../../src/market/symbol.ts';

describe('symbols', () => {
  for (const symbol of ['AAPL', 'BRK-B', '^GSPC', 'EURUSD=X', '7203.T']) {
    it(`${symbol} is accepted`, () => checkTicker(symbol));
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
        () => checkTicker(symbol),
        error =>
          error instanceof Failure &&
          error.reason === 'InvalidSpec' &&
          error.message.includes(JSON.stringify(symbol)),
      );
    });
  }
});
