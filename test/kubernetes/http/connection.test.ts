import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { connectionOf } from '../../../src/kubernetes/http/connection.ts';

describe('connection to an API server', () => {
  let folder: string;
  let caFile: string;
  let config: KubeConfig;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-'));
    caFile = join(folder, 'ca.crt');
    writeFileSync(caFile, 'one');
    config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'test', server: 'https://example.org:6443', caFile, skipTLSVerify: false },
      { name: 'tester', token: 'first' },
    );
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its connections while tokens change', async () => {
    const connection = connectionOf(config);
    const before = await connection.credentials();
    config.loadFromClusterAndUser(config.getCluster('test') ?? assert.fail(), {
      name: 'tester',
      token: 'second',
    });
    const after = await connection.credentials();
    assert.deepEqual(
      [before.headers, after.headers],
      [{ Authorization: 'Bearer first' }, { Authorization: 'Bearer second' }],
    );
    assert.equal(after.agent, before.agent);
  });

  it('opens new connections when the certificates change, and no longer uses the old ones', async () => {
    const connection = connectionOf(config);
    const before = await connection.credentials();
    writeFileSync(caFile, 'two');
    const after = await connection.credentials();
    assert.notEqual(after.agent, before.agent);
    assert.equal(before.agent.maxFreeSockets, 0);
    assert.deepEqual(String((after.agent as https.Agent).options.ca), 'two');
  });

  it('opens new connections after `renew`', async () => {
    const connection = connectionOf(config);
    const before = await connection.credentials();
    connection.renew();
    const after = await connection.credentials();
    assert.notEqual(after.agent, before.agent);
    assert.deepEqual([before.agent.maxFreeSockets, after.agent.maxFreeSockets > 0], [0, true]);
  });

  it('explains how to select a cluster if there is none', () => {
    assert.throws(() => connectionOf(new KubeConfig()), /no current cluster: set current-context/);
  });
});
