import assert from 'node:assert/strict';
import { StageDisplay } from '../../src/local/display.ts';

function record(isTTY: boolean) {
  let text = '';
  let milliseconds = 0;
  const output = { isTTY, columns: 60, write: (more: string) => (text += more) };
  const display = new StageDisplay(output, () => milliseconds);
  return { display, text: () => text, wait: (more: number) => (milliseconds += more) };
}

describe('stage display', () => {
  it('writes plain lines without a terminal, at most one for each tenth', () => {
    const { display, text, wait } = record(false);
    display.begin('Train');
    for (let step = 1; step <= 100; step++) display.progress(step / 100, `step ${step}`);
    wait(1500);
    display.succeeded(false, 'trees 200');
    const lines = text().trimEnd().split('\n');
    assert.equal(lines[0], 'Train: 0 % starting');
    assert.equal(lines[1], 'Train: 10 % step 10');
    assert.equal(lines.length, 12);
    assert.equal(lines.at(-1), 'Train: done: trees 200 (1.5 s)');
  });

  it('writes every retry without a terminal, although the fraction stays the same', () => {
    const { display, text } = record(false);
    display.begin('Fetch');
    for (const retry of [1, 1, 2, 3]) display.progress(0.1, `retry ${retry}`);
    const retries = ['10 % retry 1', '10 % retry 2', '10 % retry 3'].map(line => `Fetch: ${line}`);
    assert.deepEqual(text().trimEnd().split('\n'), ['Fetch: 0 % starting', ...retries]);
  });

  it('redraws one line on a terminal, never wider than the terminal', () => {
    const { display, text } = record(true);
    display.begin('Fetch');
    display.progress(0.5, 'a message that is far too long for a terminal of sixty columns');
    const drawn = text().split('\r\x1b[2K');
    assert.equal(drawn.length, 3);
    assert.ok(!text().includes('\n'));
    assert.match(drawn[2] ?? '', /^ {2}Fetch {5}█{10}░{10}/);
    assert.ok(drawn.every(line => line.length < 60));
  });

  it('reports reused and failed stages', () => {
    const { display, text } = record(false);
    display.begin('Fetch');
    display.succeeded(true, 'rows 1259');
    display.begin('Features');
    display.failed('no bars');
    assert.match(text(), /Fetch: reused: rows 1259 \(0\.0 s\)\n/);
    assert.match(text(), /Features: failed: no bars \(0\.0 s\)\n/);
  });
});
