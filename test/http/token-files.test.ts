import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptedToken } from '../../src/http/bearer.ts';
import { readTokens } from '../../src/http/token-files.ts';

const one = 'one-0123456789abcdef';
const two = 'two-0123456789abcdef';

describe('files of tokens', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  const clients = (...tokens: string[]) => tokens.map(token => acceptedToken(token).client);
  const read = async (path = folder) => {
    const { tokens, problems } = await readTokens(path);
    return { clients: tokens.map(({ client }) => client), problems };
  };

  it('have one token each; of a folder all are accepted', async () => {
    write('new', one);
    write('old', `  ${two}\n`);
    assert.deepEqual(await read(), { clients: clients(one, two), problems: [] });
    assert.deepEqual(await read(join(folder, 'old')), { clients: clients(two), problems: [] });
  });

  it('are read from a mounted Secret, without the files of the kubelet', async () => {
    mkdirSync(join(folder, '..2026_01_01'));
    writeFileSync(join(folder, '..2026_01_01', 'token'), one);
    symlinkSync('..2026_01_01', join(folder, '..data'));
    symlinkSync('..data/token', join(folder, 'token'));
    assert.deepEqual(await read(), { clients: clients(one), problems: [] });
  });

  const certificate = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----\n`;
  for (const [name, content, problem] of [
    ['empty', '', / is empty$/],
    ['blank', ' \n\n', / is empty$/],
    ['short', 'secret', / is not a token: one line of at least 16 letters/],
    ['two lines', `${one}\n${two}`, / is not a token/],
    ['a certificate, whose lines look like tokens', certificate, / is not a token/],
    ['binary', Buffer.from([0, 255, 13, 10]), / is not a token/],
    ['large', 'x'.repeat(8193), / is larger than 8192 bytes$/],
  ] as const) {
    it(`that have none contribute none, and their text is not repeated: ${name}`, async () => {
      write('bad', content);
      const alone = await read();
      assert.deepEqual(alone.clients, []);
      assert.match(alone.problems.join(), problem);
      assert.ok(!alone.problems.join().includes('secret') && !alone.problems.join().includes('AAAA'));
      write('good', one);
      const { clients: accepted, problems } = await read();
      assert.deepEqual(accepted, clients(one));
      assert.equal(problems.length, 1);
    });
  }

  it('that do not exist, or a folder without files, give none', async () => {
    assert.match((await read()).problems.join(), /has no files$/);
    assert.match((await read(join(folder, 'none'))).problems.join(), /ENOENT/);
    mkdirSync(join(folder, 'inner'));
    assert.match((await read()).problems.join(), /inner cannot be read: EISDIR/);
  });

  it('are limited in number', async () => {
    for (let i = 0; i < 101; i++) write(`token-${i}`, `${one}${i}`);
    const { clients: accepted, problems } = await read();
    assert.equal(accepted.length, 100);
    assert.match(problems.join(), /more than 100 files/);
  });
});
