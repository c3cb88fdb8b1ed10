import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { LineSink } from '../../src/observability/line-sink.ts';

describe('LineSink', () => {
  let folder: string;
  let path: string;
  let file: number;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-log-'));
    path = join(folder, 'log');
    file = openSync(path, 'a');
  });
  afterEach(() => {
    closeSync(file);
    rmSync(folder, { recursive: true });
  });

  it('writes complete lines in order, of any length and character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.constantFrom(1, 1000, 30_000)), {
          maxLength: 40,
        }),
        async parts => {
          const start = readFileSync(path).length;
          const lines = parts.map(
            ([text, times]) => `${JSON.stringify(text.toWellFormed().repeat(times))}\n`,
          );
          const sink = new LineSink(file);
          for (const line of lines) sink.write(line);
          await sink.flush();
          assert.equal(readFileSync(path).subarray(start).toString('utf8'), lines.join(''));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('writes after the flush interval', async () => {
    const sink = new LineSink(file, 1);
    sink.write('a\n');
    assert.equal(readFileSync(path, 'utf8'), '');
    const deadline = Date.now() + 5000;
    while (readFileSync(path, 'utf8') === '' && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    assert.equal(readFileSync(path, 'utf8'), 'a\n');
  });

  it('writes the remaining lines synchronously when the process exits', () => {
    const sink = new LineSink(file);
    sink.write('last\n');
    sink.flushSync();
    assert.equal(readFileSync(path, 'utf8'), 'last\n');
  });

  it('drops lines when the reader does not keep up', async () => {
    const readOnly = openSync(path, 'r');
    const sink = new LineSink(readOnly);
    sink.write('lost\n');
    await sink.flush();
    closeSync(readOnly);
  });
});
