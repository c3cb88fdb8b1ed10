import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { shellQuoted } from '../../src/web/shell.js';

describe('an argument of a command line', () => {
  it('is unchanged when it needs no quotes', () =>
    assert.equal(shellQuoted('@bars-2018.csv'), '@bars-2018.csv'));

  for (const text of ["@it's mine.csv", '@$(date) `x` "y".csv', '@a b;c&d|e.csv', '@été*.csv', "'"]) {
    it(`reaches a program unchanged: ${text}`, () => {
      const said = execFileSync('sh', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' });
      assert.equal(said, text);
    });
  }
});
