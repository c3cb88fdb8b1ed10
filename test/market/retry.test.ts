import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/failure.ts';
import {
  type RetryPolicy,
  retryDelaySeconds,
  systemRetryTools,
  withRetries,
} from '../../src/market/retry.ts';

const policy: RetryPolicy = {
  retries: 3,
  baseSeconds: 1,
  maximumSeconds: 60,
  maximumRetryAfterSeconds: 300,
};
const never = new AbortController().signal;
const transient = new Failure('SourceUnavailable', 'down');

/** Runs attempts that fail as listed and then succeed; tells what was slept, in seconds. */
async function scenario(errors: unknown[], random = 0.5, signal = never) {
  const slept: number[] = [];
  const messages: string[] = [];
  let attempts = 0;
  const result = await withRetries(
    async () => {
      attempts += 1;
      const error = errors.shift();
      if (error !== undefined) throw error;
      return 'bars';
    },
    policy,
    { random: () => random, sleep: async milliseconds => void slept.push(milliseconds / 1000) },
    signal,
    message => messages.push(message),
  ).catch((error: unknown) => error);
  return { result, attempts, slept, messages };
}

describe('retries', () => {
  it('doubles the upper bound of the random wait each time', async () => {
    const { result, slept, messages } = await scenario([transient, transient, transient]);
    assert.equal(result, 'bars');
    assert.deepEqual(slept, [0.5, 1, 2]);
    assert.equal(messages[1], 'down; retry 2 of 3 in 1.0 s');
  });

  it('gives up after the last retry and reports the number of attempts', async () => {
    const { result, attempts } = await scenario(Array(9).fill(transient));
    assert.equal(attempts, 4);
    assert.ok(result instanceof Failure);
    assert.equal(result.reason, 'SourceUnavailable');
    assert.equal(result.message, 'down (tried 4 times)');
    assert.equal(result.cause, transient);
  });

  it('tries once with no retries, and never retries a permanent failure or a bug', async () => {
    for (const error of [new Failure('UnknownSymbol', 'no such symbol'), new TypeError('bug')]) {
      const { result, attempts, slept } = await scenario([error]);
      assert.deepEqual([result, attempts, slept], [error, 1, []]);
    }
  });

  it('adds the jitter to the wait that the server requests', async () => {
    const limited = new Failure('RateLimited', 'slow down', { retryAfterSeconds: 30 });
    assert.deepEqual((await scenario([limited, limited])).slept, [30.5, 31]);
  });

  it('gives up when the requested wait is too long, without an earlier retry', async () => {
    const limited = new Failure('RateLimited', 'slow down', { retryAfterSeconds: 3600 });
    const { result, attempts, slept } = await scenario([limited]);
    assert.deepEqual([attempts, slept], [1, []]);
    assert.ok(result instanceof Failure);
    assert.equal(result.reason, 'RateLimited');
    assert.equal(result.message, 'slow down (it requests a wait of 3600 s, more than 300 s)');
  });

  it('stops at once when aborted: before, during and after an attempt, and while waiting', async () => {
    const reason = new Error('cancelled');
    assert.deepEqual(await scenario([], 0, AbortSignal.abort(reason)), {
      result: reason,
      attempts: 0,
      slept: [],
      messages: [],
    });

    const during = new AbortController();
    const failing = withRetries(
      () => {
        during.abort(reason);
        return Promise.reject(new Failure('UnknownSymbol', 'no such symbol'));
      },
      policy,
      systemRetryTools,
      during.signal,
      () => assert.fail('no retry follows'),
    );
    await assert.rejects(failing, reason);

    const controller = new AbortController();
    const waiting = withRetries(
      () => Promise.reject(transient),
      { ...policy, baseSeconds: 3600, maximumSeconds: 3600 },
      { ...systemRetryTools, random: () => 1 },
      controller.signal,
      () => controller.abort(reason),
    );
    await assert.rejects(waiting, reason);
  });

  it('has delays within the schedule', () => {
    const cases = fc.record({
      retry: fc.integer({ min: 1, max: 40 }),
      requested: fc.double({ min: 0, max: 300, noNaN: true }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      baseSeconds: fc.double({ min: 0.01, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ retry, requested, random, baseSeconds }) => {
        const delay = retryDelaySeconds(retry, requested, { ...policy, baseSeconds }, () => random);
        const spread = (delay ?? Number.NaN) - requested;
        assert.ok(spread >= 0 && spread <= Math.min(60, baseSeconds * 2 ** (retry - 1)) + 1e-9);
      }),
    );
    assert.equal(retryDelaySeconds(1, 300.5, policy, Math.random), undefined);
  });
});
