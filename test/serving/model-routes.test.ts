import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assets } from '../../src/web/assets.ts';
import { sampleRun } from '../../support/sample-run.ts';
import { serve, sharedModelFolder } from './harness.ts';

describe('GET /model and below', () => {
  it('returns card, evaluation, history and report', async () => {
    const server = await serve();
    try {
      const { evaluation, history } = sampleRun();
      assert.equal((await server.request('/model')).json.name, 'aapl');
      assert.deepEqual(
        (await server.request('/model/evaluation')).json,
        JSON.parse(JSON.stringify(evaluation)),
      );
      assert.deepEqual((await server.request('/model/history')).json, JSON.parse(JSON.stringify(history)));
      const report = await server.request('/model/report');
      assert.match(report.text, /A report/);
      assert.match(String(report.headers.get('content-type')), /^text\/html/);
      assert.match(String(report.headers.get('content-security-policy')), /style-src 'unsafe-inline'/);
    } finally {
      await server.close();
    }
  });

  it('answers 304 to clients that have this version', async () => {
    const server = await serve();
    try {
      for (const path of ['/model', '/model/evaluation', '/model/history', '/model/report', '/']) {
        const etag = (await server.request(path)).headers.get('etag');
        assert.ok(etag, path);
        // The default mode of fetch bypasses its cache when such a header is present.
        const ask = (tag: string) =>
          server.request(path, { cache: 'force-cache', headers: { 'if-none-match': tag } });
        const again = await ask(etag);
        assert.equal(again.status, 304, path);
        assert.equal(again.text, '');
        assert.equal((await ask('"other"')).status, 200);
      }
    } finally {
      await server.close();
    }
  });

  it('never serves a file that was changed after the model was loaded', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bellwether-routes-'));
    const folder = join(root, 'aapl', 'first');
    await cp(await sharedModelFolder(), folder, { recursive: true });
    const server = await serve({ modelFolder: folder });
    try {
      await appendFile(join(folder, 'evaluate/report.html'), 'more');
      await appendFile(join(folder, 'features/features.csv'), 'more');
      for (const path of ['/model/report', '/model/history']) {
        const { status, json, text } = await server.request(path);
        assert.equal(status, 500);
        assert.equal(json.error?.code, 'Internal');
        assert.ok(!text.includes(root), 'an error must not expose file paths');
      }
      const logged = server.log.lines.filter(({ msg }) => msg === 'unexpected error');
      assert.equal(logged.length, 2);
      assert.match(JSON.stringify(logged[0]), /report\.html was altered/);
      assert.equal((await server.request('/health')).status, 200);
    } finally {
      await server.close();
      await rm(root, { recursive: true, force: true });
    }
  });
});

describe('the page', () => {
  it('is served with all its files under a policy that allows only its own origin', async () => {
    const server = await serve();
    try {
      const page = await server.request('/');
      assert.equal(page.status, 200);
      assert.match(String(page.headers.get('content-security-policy')), /default-src '(none|self)'/);
      for (const [path, { contentType }] of assets) {
        const { status, headers } = await server.request(path);
        assert.equal(status, 200, path);
        assert.equal(headers.get('content-type'), contentType);
      }
      assert.equal((await server.request('/assets/../../package.json')).status, 404);
      assert.equal((await server.request('/assets/%2e%2e/%2e%2e/package.json')).status, 404);
    } finally {
      await server.close();
    }
  });
});
