import assert from 'node:assert/strict';
import fc from 'fast-check';
import { manifestSchema } from '../../src/api/artifacts.ts';
import { type StageFailure, type StageSuccess, stageReportSchema } from '../../src/api/stage-report.ts';
import { Failure } from '../../src/failure.ts';
import { failed, scored, succeeded } from '../../src/pipeline/termination-message.ts';

describe('termination message', () => {
  it('has the stage, the cause and whether a retry can help', () => {
    assert.deepEqual(JSON.parse(failed('Fetch', new Failure('RateLimited', 'Yahoo says 429'))), {
      stage: 'Fetch',
      state: 'Failed',
      kind: 'Transient',
      reason: 'RateLimited',
      message: 'Yahoo says 429',
    });
    assert.equal(JSON.parse(failed('Train', new Error('bug'))).reason, 'InternalError');
  });

  it('has the end of the log, which is truncated before the message', () => {
    const failure = (message: string) => new Failure('NoData', message);
    const report = (message: string, log: string) =>
      stageReportSchema.parse(JSON.parse(failed('Fetch', failure(message), log))) as StageFailure;
    assert.equal(report('none', 'line 1\nline 2').log, 'line 1\nline 2');
    const shortened = report('m'.repeat(3000), `${'x'.repeat(1490)} the end`);
    assert.equal(shortened.message.length, 3000);
    assert.match(shortened.log ?? '', /^…x+ the end$/);
    assert.equal(report('m'.repeat(3990), 'log').message.length, 3990);
  });

  it('is a report of at most 4,096 bytes for any message and log', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 9000, size: 'max' });
    fc.assert(
      fc.property(anything, anything, (message, log) => {
        const text = failed('Fetch', new Failure('NoData', message), log);
        assert.ok(Buffer.byteLength(text) <= 4096);
        assert.equal((stageReportSchema.parse(JSON.parse(text)) as StageFailure).reason, 'NoData');
      }),
    );
  });

  const manifest = manifestSchema.parse({
    formatVersion: 1,
    stage: 'Evaluate',
    inputDigest: 'a'.repeat(64),
    outputDigest: 'b'.repeat(64),
    code: 'fixture',
    parameters: {},
    inputs: {},
    metrics: { rmse: '0.0154', rows: 238 },
    outputs: [],
  });
  const outcome = { stage: 'Evaluate', state: 'Reused', manifest } as const;

  it('truncates a problem to the remaining space, and never the figures', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 2000, size: 'max' });
    fc.assert(
      fc.property(anything, fc.integer({ min: 0, max: 3850 }), (message, length) => {
        const metrics = { filling: 'm'.repeat(length) };
        const problem = { reason: 'InputAltered', message };
        const text = succeeded({ ...outcome, manifest: { ...manifest, metrics } }, { problem });
        assert.ok(Buffer.byteLength(text) <= 4096);
        const report = stageReportSchema.parse(JSON.parse(text)) as StageSuccess;
        assert.deepEqual(report.metrics, metrics);
        assert.ok(length > 3600 || report.liveProblem?.reason === 'InputAltered');
      }),
    );
    const problem = { reason: 'InputAltered', message: 'somebody changed it' };
    assert.deepEqual(JSON.parse(scored({ problem })), {
      stage: 'Score',
      state: 'Succeeded',
      liveProblem: problem,
    });
  });

  it('carries the version that Evaluate published', () => {
    assert.deepEqual(stageReportSchema.parse(JSON.parse(succeeded(outcome, { version: '0123456789ab' }))), {
      stage: 'Evaluate',
      state: 'Reused',
      inputDigest: 'a'.repeat(64),
      outputDigest: 'b'.repeat(64),
      metrics: { rmse: '0.0154', rows: 238 },
      version: '0123456789ab',
    });
  });
});
