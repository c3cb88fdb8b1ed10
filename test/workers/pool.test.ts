import { deepEqual, equal, rejects } from 'node:assert/strict';
import { TaskError, WorkerPool, type WorkerPoolOptions } from '../../src/workers/pool.ts';
import type { Counted, SampleTask } from './sample-worker.ts';

describe('a pool of worker threads', () => {
  let pool: WorkerPool<SampleTask>;
  const open = (options: Partial<WorkerPoolOptions<SampleTask>> = {}) => {
    pool = new WorkerPool({
      file: new URL('sample-worker.ts', import.meta.url),
      size: 2,
      closed: () => new Error('closed'),
      ...options,
    });
  };
  const count = async (milliseconds = 0, options = {}) =>
    (await pool.run({ kind: 'count', milliseconds }, options)) as Counted;
  const threadsOf = (results: readonly Counted[]) => new Set(results.map(({ thread }) => thread)).size;

  afterEach(() => pool.close());

  it('starts a thread only when a task finds all others busy', async () => {
    open();
    equal(threadsOf([await count(), await count()]), 1);
    equal(threadsOf(await Promise.all([count(50), count(50), count(50)])), 2);
  });

  it('runs the tasks of a thread one at a time, in order, though several have been sent to it', async () => {
    open({ size: 1, depth: 3 });
    const ended: number[] = [];
    const run = async (milliseconds: number) => {
      const { tasks } = await count(milliseconds);
      ended.push(tasks);
    };
    await Promise.all([run(30), run(10), run(0), run(0)]);
    deepEqual(ended, [1, 2, 3, 4]);
  });

  it('sends no thread a second task before each has its first', async () => {
    open({ depth: 2 });
    equal(threadsOf(await Promise.all([count(20), count(20)])), 2);
    const four = [count(20), count(20), count(20), count(20), count()];
    equal(pool.waiting, 1);
    equal(threadsOf(await Promise.all(four)), 2);
  });

  it('moves memory with a task and with its result', async () => {
    open({
      send: task => ({ message: task, transfer: task.kind === 'double' ? [task.values.buffer] : [] }),
    });
    const values = Float64Array.of(1, 2);
    deepEqual(await pool.run({ kind: 'double', values }), Float64Array.of(2, 4));
    equal(values.length, 0);
  });

  it('runs a task on the thread that it is bound to', async () => {
    open();
    const [one, other] = [pool.claim(), pool.claim()];
    const threads = await Promise.all([one, other, one, other, one].map(on => count(5, { on })));
    deepEqual(
      threads.map(({ thread }) => thread),
      [one, other, one, other, one].map(({ worker }) => worker.threadId),
    );
  });

  it('claims the thread with the fewest claims', () => {
    open();
    const [one, other] = [pool.claim(), pool.claim()];
    equal(new Set([one, other]).size, 2);
    pool.release(other);
    equal(pool.claim(), other);
  });

  it('rejects a task that throws and goes on with the others', async () => {
    open({ size: 1 });
    const failing = rejects(pool.run({ kind: 'fail', message: 'no luck' }), error => {
      return error instanceof TaskError && error.message === 'no luck';
    });
    equal((await count()).tasks, 2);
    await failing;
  });

  it('rejects the tasks of a thread that dies and runs the others on a new one', async () => {
    open();
    const bound = pool.claim();
    const dying = rejects(pool.run({ kind: 'die' }, { on: bound }), /a worker ended with code 3/);
    const waiting = rejects(count(0, { on: bound }), /a worker ended with code 3/);
    await Promise.all([dying, waiting, count()]);
    await rejects(count(0, { on: bound }), /the worker that kept the state of this task has died/);
    equal((await count()).tasks >= 1, true);
  });

  it('drops the waiting tasks of a signal, and takes no more of them', async () => {
    open({ size: 1 });
    const stop = new AbortController();
    const running = count(20);
    const waiting = rejects(count(0, { signal: stop.signal }), /gone/);
    const other = count();
    stop.abort(new Error('gone'));
    pool.drop(stop.signal);
    await rejects(count(0, { signal: stop.signal }), /gone/);
    await waiting;
    deepEqual([(await running).tasks, (await other).tasks], [1, 2]);
  });

  it('rejects running, waiting and later tasks once it is closed', async () => {
    open({ size: 1 });
    const outcomes = Promise.allSettled([count(1000), count()]);
    await pool.close();
    for (const outcome of await outcomes)
      equal(outcome.status === 'rejected' && outcome.reason.message, 'closed');
    await rejects(count(), /closed/);
  });
});
