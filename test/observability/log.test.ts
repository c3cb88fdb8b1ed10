import assert from 'node:assert/strict';
import { createLogger } from '../../src/observability/log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { type Exchange, requestRecorder } from '../../src/observability/requests.ts';

const lines: Record<string, unknown>[] = [];
const sink = {
  write: (line: string) => void lines.push(JSON.parse(line)),
  flush: async () => {},
};
const exchange: Exchange = {
  requestId: 'a-1',
  method: 'GET',
  route: '/model',
  url: '/model',
  status: 200,
  seconds: 0.0123456,
};

describe('the log', () => {
  beforeEach(() => void lines.splice(0));

  it('writes level names, ISO times and errors with their causes', () => {
    createLogger('info', sink).error(
      { error: new Error('outer', { cause: new Error('inner') }) },
      'it failed',
    );
    const [line] = lines;
    assert.equal(line?.level, 'error');
    assert.equal(line.msg, 'it failed');
    assert.ok(Math.abs(Date.parse(String(line.time)) - Date.now()) < 60_000);
    assert.match(JSON.stringify(line.error), /outer: inner/);
  });

  it('writes access lines in the same format as the logger', () => {
    const log = createLogger('info', sink);
    const record = requestRecorder(createMetrics(false), log, sink);
    const url = '/x?"\\\u00e9\u2028';
    record({ ...exchange, url, code: 'NotFound' });
    log.info(
      {
        requestId: 'a-1',
        method: 'GET',
        route: '/model',
        url,
        status: 200,
        milliseconds: 12.346,
        code: 'NotFound',
      },
      'request',
    );
    const [access, plain] = lines;
    assert.deepEqual({ ...access, time: '' }, { ...plain, time: '' });
    assert.deepEqual(Object.keys(access!), Object.keys(plain!));
  });

  it('uses level error for failures of the server and debug for probes', () => {
    const levelsOf = (level: 'debug' | 'info' | 'error') => {
      lines.splice(0);
      const record = requestRecorder(createMetrics(false), createLogger(level, sink), sink);
      record(exchange);
      record({ ...exchange, status: 503 });
      record({ ...exchange, route: '/health', status: 503 });
      return lines.map(line => line.level);
    };
    assert.deepEqual(levelsOf('error'), ['error']);
    assert.deepEqual(levelsOf('info'), ['info', 'error']);
    assert.deepEqual(levelsOf('debug'), ['info', 'error', 'debug']);
  });
});
