import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createWorkQueue, type WorkQueue, type WorkQueueOptions } from '../../src/kubernetes/work-queue.ts';
import { FakeClock, settle } from './fake-clock.ts';

describe('work queue', () => {
  let clock: FakeClock;
  let begun: string[];
  let failed: string[];
  let ends: (() => void)[];

  beforeEach(() => {
    clock = new FakeClock();
    begun = [];
    failed = [];
    ends = [];
  });

  function create(options: Partial<WorkQueueOptions> = {}): WorkQueue {
    return createWorkQueue({
      work: async key => {
        begun.push(key);
      },
      failed: key => failed.push(key),
      concurrency: 2,
      backoff: { base: 100, cap: 1000, jitter: 0.5 },
      clock,
      random: () => 1,
      ...options,
    });
  }

  /** Work that ends when the test calls the function in `ends`. */
  const blocking = (key: string) => {
    begun.push(key);
    return new Promise<void>(resolve => ends.push(resolve));
  };

  it('processes each key once, in order, however often it was added', async () => {
    const queue = create({ concurrency: 1 });
    for (const key of ['b', 'a', 'b', 'a']) queue.add(key);
    assert.equal(queue.depth, 2);
    queue.start();
    await settle();
    assert.deepEqual(begun, ['b', 'a']);
  });

  it('processes a key once more that was added while in progress', async () => {
    const queue = create({ work: blocking });
    queue.start();
    queue.add('a');
    queue.add('a');
    queue.add('a');
    await settle();
    assert.deepEqual(begun, ['a']);
    ends[0]?.();
    await settle();
    assert.deepEqual(begun, ['a', 'a']);
    ends[1]?.();
    await settle();
    assert.equal(begun.length, 2);
  });

  it('limits the number of keys in progress', async () => {
    const queue = create({ work: blocking, concurrency: 2 });
    queue.start();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    assert.deepEqual(begun, ['a', 'b']);
    ends[1]?.();
    await settle();
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('adds at the earliest of several times', async () => {
    const queue = create();
    queue.start();
    const now = clock.now();
    for (const delay of [300, 100, 200]) queue.addAt('a', now + delay);
    await clock.advance(99);
    assert.deepEqual(begun, []);
    await clock.advance(1);
    assert.deepEqual(begun, ['a']);
    await clock.advance(1000);
    assert.deepEqual(begun, ['a']);
  });

  it('adds a key at once that is already due', async () => {
    const queue = create();
    queue.start();
    queue.addAt('a', clock.now() - 1000);
    await clock.advance(0);
    assert.deepEqual(begun, ['a']);
  });

  it('doubles the backoff with each failure up to the cap, and resets it after a success', async () => {
    const times: number[] = [];
    let failures = 6;
    const queue = create({
      work: async () => {
        times.push(clock.monotonic());
        if (failures-- > 0) throw new Error('fails');
      },
    });
    queue.start();
    queue.add('a');
    await clock.advance(10_000);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.deepEqual(waits, [100, 200, 400, 800, 1000, 1000]);
    assert.equal(failed.length, 6);
    failures = 1;
    queue.add('a');
    await clock.advance(10_000);
    assert.equal((times.at(-1) ?? 0) - (times.at(-2) ?? 0), 100);
  });

  it('keeps the backoff when the work itself calls `retry`', async () => {
    const times: number[] = [];
    const queue: WorkQueue = create({
      work: async key => {
        times.push(clock.monotonic());
        if (times.length < 4) queue.retry(key);
      },
    });
    queue.start();
    queue.add('a');
    await clock.advance(10_000);
    assert.deepEqual(times, [0, 100, 300, 700]);
  });

  it('waits for work in progress when it stops, and starts nothing more', async () => {
    const queue = create({ work: blocking, concurrency: 1 });
    queue.start();
    for (const key of ['a', 'b']) queue.add(key);
    queue.addAt('c', clock.now() + 10);
    let stopped = false;
    const stop = queue.stop().then(() => {
      stopped = true;
    });
    queue.add('d');
    await clock.advance(100);
    assert.deepEqual([stopped, queue.depth], [false, 0]);
    ends[0]?.();
    await stop;
    await clock.advance(10_000);
    assert.deepEqual(begun, ['a']);
  });

  it('reports to its observer', async () => {
    const seen: string[] = [];
    const queue = create({
      concurrency: 1,
      work: async () => {
        await clock.advance(2000);
        throw new Error('fails');
      },
      observer: {
        added: () => seen.push('added'),
        depth: waiting => seen.push(`depth ${waiting}`),
        active: workers => seen.push(`active ${workers}`),
        started: seconds => seen.push(`started ${seconds}`),
        finished: seconds => seen.push(`finished ${seconds}`),
        retried: () => seen.push('retried'),
      },
    });
    queue.add('a');
    await clock.advance(3000);
    queue.start();
    await settle();
    await settle();
    await settle();
    assert.deepEqual(seen, [
      'added',
      'depth 1',
      'active 1',
      'started 3',
      'depth 0',
      'retried',
      'finished 2',
      'active 0',
      'depth 0',
    ]);
  });

  it('never processes a key concurrently with itself, and processes every key after it was last added', async () => {
    const keys = fc.constantFrom('a', 'b', 'c');
    const commands = fc.array(fc.oneof(keys, fc.constant('end')), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 1, max: 3 }), async (steps, concurrency) => {
        const running: { key: string; end: () => void }[] = [];
        const pending = new Set<string>();
        const queue = create({
          concurrency,
          work: key => {
            assert.ok(!running.some(other => other.key === key), 'twice at once');
            assert.ok(running.length < concurrency, 'too many');
            pending.delete(key);
            return new Promise<void>(end => running.push({ key, end }));
          },
        });
        queue.start();
        const finish = async () => {
          running.shift()?.end();
          await settle();
        };
        for (const step of steps) {
          if (step === 'end') await finish();
          else {
            pending.add(step);
            queue.add(step);
          }
        }
        while (running.length > 0) await finish();
        assert.deepEqual([...pending], []);
        assert.deepEqual(failed, []);
      }),
      { numRuns: 50 },
    );
  });
});
