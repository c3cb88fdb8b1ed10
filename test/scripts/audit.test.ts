/** The audit, against a registry that answers as npm's does. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../scripts/audit.ts');

/** The registry's answer about packages of the project. */
type Advisories = Record<string, readonly { severity: string }[]>;

describe('make audit', function () {
  this.timeout(60_000);
  let registry: Server;
  let advisories: Advisories | undefined;
  let cache: string;

  before(async () => {
    registry = createServer((request, response) => {
      request.resume();
      const isBulk = request.url === '/-/npm/v1/security/advisories/bulk';
      response.statusCode = isBulk && advisories !== undefined ? 200 : 405;
      response.end(isBulk && advisories !== undefined ? JSON.stringify(advisories) : '');
    });
    await once(registry.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => registry.close());
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'bellwether-audit-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  async function audit(answer: Advisories | undefined, env: Record<string, string> = {}) {
    advisories = answer;
    const { port } = registry.address() as AddressInfo;
    const child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        REQUIRE_AUDIT: '',
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_fetch_retries: '0',
        // npm caches advisories by their IDs.
        npm_config_cache: cache,
        ...env,
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk;
      });
    const [code] = await once(child, 'close');
    return { code, output };
  }

  const advisory = (severity: string) => ({
    koa: [{ id: 1, url: 'https://example.com/1', title: 'a hole', severity, vulnerable_versions: '*' }],
  });

  it('succeeds without known vulnerabilities', async () => {
    const { code, output } = await audit({});
    assert.equal(code, 0, output);
    assert.match(output, /^0 vulnerable packages/);
  });

  for (const [severity, expected] of [
    ['moderate', 0],
    ['high', 1],
    ['critical', 1],
  ] as const) {
    it(`exits with ${expected} for severity ${severity}, and names the package`, async () => {
      const { code, output } = await audit(advisory(severity));
      assert.equal(code, expected, output);
      assert.ok(output.includes(`${severity}: koa `), output);
    });
  }

  it('reports that the registry did not answer, and fails if the audit is required', async () => {
    for (const [env, expected] of [
      [{}, 0],
      [{ REQUIRE_AUDIT: 'true' }, 1],
    ] as const) {
      const { code, output } = await audit(undefined, env);
      assert.equal(code, expected, output);
      assert.ok(output.startsWith('AUDIT DID NOT RUN'), output);
    }
  });
});
