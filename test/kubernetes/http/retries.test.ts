import assert from 'node:assert/strict';
import { ApiError } from '../../../src/kubernetes/client.ts';
import { retryDelay } from '../../../src/kubernetes/http/retries.ts';

const lost = new ApiError(0, 'ECONNRESET', '');
const connectionRefused = new ApiError(0, 'ECONNREFUSED', '');
const timeout = new ApiError(0, 'Timeout', '');
const busy = new ApiError(429, '', '');
const down = new ApiError(503, '', '');
const broken = new ApiError(500, '', '');

describe('retries of a call', () => {
  const cases = [
    { method: 'GET', error: lost, retryAfter: undefined, attempt: 1, delay: 50 },
    { method: 'GET', error: lost, retryAfter: undefined, attempt: 3, delay: 200 },
    { method: 'GET', error: lost, retryAfter: undefined, attempt: 4, delay: null },
    { method: 'PATCH', error: lost, retryAfter: undefined, attempt: 1, delay: 50 },
    { method: 'DELETE', error: lost, retryAfter: undefined, attempt: 1, delay: 50 },
    { method: 'POST', error: lost, retryAfter: undefined, attempt: 1, delay: null },
    { method: 'PUT', error: lost, retryAfter: undefined, attempt: 1, delay: null },
    { method: 'POST', error: connectionRefused, retryAfter: undefined, attempt: 1, delay: 50 },
    { method: 'GET', error: timeout, retryAfter: undefined, attempt: 1, delay: null },
    { method: 'POST', error: busy, retryAfter: undefined, attempt: 1, delay: 50 },
    { method: 'POST', error: busy, retryAfter: 1, attempt: 1, delay: 1012.5 },
    { method: 'POST', error: busy, retryAfter: 3600, attempt: 1, delay: 10_000 },
    { method: 'POST', error: down, retryAfter: 0, attempt: 1, delay: 50 },
    { method: 'GET', error: down, retryAfter: undefined, attempt: 1, delay: null },
    { method: 'GET', error: broken, retryAfter: 1, attempt: 1, delay: null },
  ];
  for (const { delay, ...attempt } of cases) {
    const { method, error, retryAfter } = attempt;
    const what = `${method}, ${error.code} ${error.reason}, Retry-After ${retryAfter}, attempt ${attempt.attempt}`;
    it(`${delay === null ? 'gives up' : `waits ${delay} ms`} after ${what}`, () => {
      assert.equal(
        retryDelay(attempt, () => 0),
        delay,
      );
    });
  }
});
