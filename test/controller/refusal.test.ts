import assert from 'node:assert/strict';
import { isRefusal, isRetryable, refusalOf } from '../../src/controller/refusal.ts';
import { jobs, services } from '../../src/controller/resources.ts';
import { ApiError } from '../../src/kubernetes/client.ts';

const untyped =
  'failed to create typed patch object (a/b; apps/v1, Kind=Deployment): .spec.oops: field not declared in schema';

const failures: [what: string, code: number, message: string, retryable: boolean][] = [
  ['an unreachable server', 0, 'connection refused', true],
  ['an internal error', 500, 'etcd', true],
  ['too many requests', 429, 'slow down', true],
  ['a conflict', 409, 'the object has been modified', true],
  ['an invalid object', 422, 'spec.ports: Invalid value', false],
  ['an object that cannot be decoded', 400, 'strict decoding error', false],
  ['an applied object with an unknown field', 500, untyped, false],
  ['a quota', 403, 'jobs.batch "a" is forbidden: exceeded quota: few', false],
  [
    'a permission that the operator lacks',
    403,
    'jobs.batch is forbidden: User "u" cannot create resource "jobs" in API group "batch" in the namespace "n"',
    true,
  ],
];

describe('an error of the API server', () => {
  for (const [what, code, message, retryable] of failures) {
    it(`${what} ${retryable ? 'is retryable' : 'is final'}`, () =>
      assert.equal(isRetryable(new ApiError(code, '', message)), retryable));
  }

  it('becomes a refusal with the object, the reason and the message', () => {
    const error = new ApiError(422, 'Invalid', 'spec.ports: Invalid value');
    const action = { kind: 'Merge', type: services, namespace: 'n', name: 'aapl', patch: {} } as const;
    assert.deepEqual(refusalOf(action, error), {
      kind: 'Service',
      name: 'aapl',
      reason: 'Invalid',
      message: 'spec.ports: Invalid value',
    });
  });

  describe('for a cause that may end by itself', () => {
    const quota = 'jobs.batch "a" is forbidden: exceeded quota: few, requested: count/jobs.batch=1';
    const webhook = 'Internal error occurred: failed calling webhook "w": failed to call webhook: timeout';
    const object = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a', namespace: 'n' } };
    const create = { kind: 'Create', type: jobs, object } as const;
    const remove = {
      kind: 'Delete',
      type: jobs,
      namespace: 'n',
      name: 'a',
      uid: 'u',
      propagation: 'Background',
    } as const;

    for (const [code, reason, message, temporary] of [
      [403, 'Forbidden', quota, 'QuotaExceeded'],
      [403, 'Forbidden', 'status unknown for quota: few', 'QuotaExceeded'],
      [500, 'InternalError', webhook, 'AdmissionUnavailable'],
      [503, 'ServiceUnavailable', webhook, 'AdmissionUnavailable'],
      [403, 'Forbidden', 'admission webhook "w" denied the request: no', undefined],
      [422, 'Invalid', 'exceeded quota', undefined],
    ] as const) {
      it(`is ${temporary ?? 'final'}: ${code} ${message.slice(0, 60)}`, () => {
        const error = new ApiError(code, reason, message);
        assert.ok(isRefusal(create, error));
        assert.equal(refusalOf(create, error).temporary, temporary);
      });
    }

    it('is no refusal of a deletion, which is retried', () => {
      assert.ok(!isRefusal(remove, new ApiError(500, 'InternalError', webhook)));
    });

    it('is no refusal when the API server itself fails', () => {
      assert.ok(!isRefusal(create, new ApiError(500, 'InternalError', 'etcd')));
    });
  });

  it('has a reason even if server-side apply gives none', () => {
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'aapl' } };
    const action = { kind: 'Apply', type: services, object, uid: 'u', handOver: false } as const;
    assert.equal(refusalOf(action, new ApiError(500, '', untyped)).reason, 'BadRequest');
  });
});
