import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../src/kubernetes/client.ts';
import { createLeaderElection, type LeaderElection } from '../../src/kubernetes/lease.ts';
import type { KubernetesObject, RawObject } from '../../src/kubernetes/resource.ts';
import { LEASES } from '../../src/kubernetes/resource.ts';
import type { V1Lease } from '../../src/kubernetes/types.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { ObjectStore } from './object-store.ts';

/**
 * The simulated network of one request: delays of request and response in milliseconds, and a failure before or after
 * the server executes the request.
 */
interface NetworkBehaviour {
  readonly requestDelay: number;
  readonly responseDelay: number;
  readonly fails: 'no' | 'before' | 'after';
}

const RELIABLE: NetworkBehaviour = { requestDelay: 0, responseDelay: 0, fails: 'no' };

class Candidate {
  readonly events: string[] = [];
  readonly election: LeaderElection;
  network: () => NetworkBehaviour = () => RELIABLE;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, store: ObjectStore, identity: string) {
    this.#clock = clock;
    this.election = createLeaderElection({
      client: {
        get: (type, namespace, name) => this.#send(() => store.get(type, namespace, name)),
        create: (type, object) => this.#send(() => store.create(type, object)),
        replace: (_, object) => this.#send(() => replace(store, object)),
      },
      namespace: 'default',
      name: 'leader',
      identity,
      started: () => this.events.push('started'),
      lost: () => this.events.push('lost'),
      clock,
      random: () => 0,
    });
  }

  async #send<T>(run: () => T): Promise<T> {
    const { requestDelay, responseDelay, fails } = this.network();
    await this.#wait(requestDelay);
    if (fails === 'before') throw new ApiError(0, 'ECONNRESET', 'reset');
    let answer: T;
    try {
      answer = run();
    } catch (error) {
      const { code, reason, message } = error as ApiError;
      throw new ApiError(code, reason, message);
    }
    await this.#wait(responseDelay);
    if (fails === 'after') throw new ApiError(0, 'ECONNRESET', 'reset');
    return answer;
  }

  #wait(milliseconds: number): Promise<void> | undefined {
    if (milliseconds === 0) return undefined;
    return new Promise<void>(resolve => void this.#clock.after(milliseconds, resolve));
  }
}

function replace(store: ObjectStore, object: RawObject<V1Lease>): KubernetesObject {
  return store.update(LEASES, 'default', 'leader', draft => {
    if (draft.metadata.resourceVersion !== object.metadata.resourceVersion) {
      throw new ApiError(409, 'Conflict', 'modified');
    }
    draft.spec = object.spec;
  });
}

describe('leader election', () => {
  let clock: FakeClock;
  let store: ObjectStore;
  let one: Candidate;
  let two: Candidate;

  beforeEach(() => {
    clock = new FakeClock();
    store = new ObjectStore(() => clock.now());
    one = new Candidate(clock, store, 'one');
    two = new Candidate(clock, store, 'two');
  });

  const spec = () => (store.get(LEASES, 'default', 'leader')?.spec ?? {}) as Record<string, unknown>;
  const leaders = () => [one, two].filter(({ election }) => election.leading).length;

  async function begin(): Promise<void> {
    one.election.start();
    await clock.advance(100);
    two.election.start();
    await clock.advance(30_000);
  }

  it('lets the first candidate lead as long as it renews the Lease', async () => {
    await begin();
    assert.deepEqual([one.events, two.events], [['started'], []]);
    assert.deepEqual([one.election.leading, two.election.leading], [true, false]);
  });

  it('writes all fields of the Lease', async () => {
    await begin();
    assert.deepEqual(spec(), {
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:30.000000Z',
      leaseTransitions: 0,
    });
  });

  it('releases the Lease at once on a clean stop', async () => {
    await begin();
    await one.election.stop();
    assert.equal(spec().holderIdentity, '');
    assert.equal(one.election.leading, false);
    await clock.advance(2000);
    assert.deepEqual([one.events, two.events], [['started'], ['started']]);
    assert.deepEqual([spec().holderIdentity, spec().leaseTransitions], ['two', 1]);
  });

  const failureModes: { what: string; network: NetworkBehaviour }[] = [
    { what: 'fail', network: { ...RELIABLE, fails: 'before' } },
    { what: 'hang', network: { ...RELIABLE, requestDelay: 1e9 } },
  ];
  for (const { what, network } of failureModes) {
    it(`stops leading ten seconds after the last renewal if requests ${what}, before another takes over`, async () => {
      await begin();
      one.network = () => network;
      await clock.advance(7900);
      assert.equal(one.election.leading, true);
      await clock.advance(2100);
      assert.deepEqual(
        [one.events, one.election.leading, two.election.leading],
        [['started', 'lost'], false, false],
      );
      await clock.advance(9000);
      assert.deepEqual([one.events, two.events], [['started', 'lost'], ['started']]);
    });
  }

  it('is lost at once when another candidate has taken over the Lease', async () => {
    one.election.start();
    await clock.advance(100);
    store.update(LEASES, 'default', 'leader', draft => {
      draft.spec = { ...(draft.spec as object), holderIdentity: 'three' };
    });
    await clock.advance(4000);
    assert.deepEqual([one.events, one.election.leading], [['started', 'lost'], false]);
  });

  it('is lost without another request when the process was suspended for too long', async () => {
    await begin();
    let requests = 0;
    one.network = () => {
      requests++;
      return RELIABLE;
    };
    clock.suspend(30_000);
    assert.equal(one.election.leading, false);
    await clock.advance(0);
    assert.deepEqual([one.events, requests], [['started', 'lost'], 0]);
  });

  it('leaves the Lease to expire while work is in progress', async () => {
    await begin();
    await one.election.stop(false);
    assert.deepEqual([one.election.leading, spec().holderIdentity], [false, 'one']);
    await clock.advance(18_000);
    assert.deepEqual(two.events, ['started']);
  });

  it('measures by its own clock, whatever time the holder writes', async () => {
    const holder = {
      holderIdentity: 'three',
      leaseDurationSeconds: 15,
      renewTime: '2001-01-01T00:00:00.000000Z',
    };
    store.create(LEASES, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'default', name: 'leader' },
      spec: holder,
    });
    one.election.start();
    await clock.advance(14_000);
    assert.equal(one.election.leading, false);
    await clock.advance(2000);
    assert.equal(one.election.leading, true);
  });

  it('does not take the Lease after it was stopped', async () => {
    one.network = () => ({ ...RELIABLE, requestDelay: 3000 });
    one.election.start();
    await settle();
    const stopped = one.election.stop();
    await clock.advance(20_000);
    await stopped;
    await clock.advance(20_000);
    assert.equal(store.get(LEASES, 'default', 'leader'), null);
    assert.deepEqual(one.events, []);
  });

  it('never has two leaders, however requests are delayed and fail', async () => {
    const network: fc.Arbitrary<NetworkBehaviour> = fc.record({
      requestDelay: fc.constantFrom(0, 0, 0, 900, 3000, 7000, 14_000),
      responseDelay: fc.constantFrom(0, 0, 0, 900, 3000, 7000, 14_000),
      fails: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
    });
    const networks = fc.array(network, { minLength: 1, maxLength: 25 });
    let led = 0;
    await fc.assert(
      fc.asyncProperty(networks, networks, fc.boolean(), async (first, second, stops) => {
        clock = new FakeClock();
        store = new ObjectStore(() => clock.now());
        one = new Candidate(clock, store, 'one');
        two = new Candidate(clock, store, 'two');
        const queues = [[...first], [...second]];
        one.network = () => queues[0]?.shift() ?? RELIABLE;
        two.network = () => queues[1]?.shift() ?? RELIABLE;
        one.election.start();
        two.election.start();
        for (let step = 0; step < 120; step++) {
          await clock.advance(500);
          assert.ok(leaders() <= 1, 'two leaders');
          if (stops && step === 60) void one.election.stop();
        }
        led += leaders();
        for (const { events } of [one, two]) assert.ok(events.length <= 2);
      }),
      { numRuns: 100 },
    );
    assert.ok(led > 0);
  });
});
