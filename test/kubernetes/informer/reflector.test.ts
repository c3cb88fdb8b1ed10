import assert from 'node:assert/strict';
import type { KubernetesClient, WatchEvent } from '../../../src/kubernetes/client.ts';
import { createInformer, type Informer, type Stored } from '../../../src/kubernetes/informer.ts';
import { FakeClock, settle } from '../fake-clock.ts';
import { CONFIG_MAPS, configMap } from '../kinds.ts';

const timing = { backoffBase: 500, backoffCap: 30_000, relist: 1e9, silence: 1e9, watch: 1e9 };

describe('reflector', () => {
  let clock: FakeClock;
  /** Monotonic milliseconds at which each watch was opened. */
  let opened: number[];
  let problems: string[];
  let informer: Informer<Stored>;

  /** Starts an informer with a client whose lists are empty; `watch` yields the events of every watch. */
  async function start(watch: () => AsyncGenerator<WatchEvent>): Promise<void> {
    clock = new FakeClock();
    opened = [];
    problems = [];
    end = () => undefined;
    const client: Pick<KubernetesClient, 'list' | 'watch'> = {
      list: async () => ({ items: [], resourceVersion: '1' }),
      async *watch() {
        opened.push(clock.monotonic());
        // A turn of the event loop, as over a network, so that a loop without pauses does not block the test.
        await new Promise(resolve => setImmediate(resolve));
        yield* watch();
      },
    };
    informer = createInformer({
      client,
      type: CONFIG_MAPS,
      read: ({ metadata: { namespace = '', name, resourceVersion = '' } }) => ({
        namespace,
        name,
        resourceVersion,
      }),
      key: ({ name }) => name,
      changed: () => undefined,
      report: ({ what, error }) => problems.push(`${what}: ${(error as { reason?: string }).reason}`),
      timing,
      clock,
      // The shortest pauses: half of the upper bound.
      random: () => 0,
    });
    informer.start();
    await informer.synced;
    await settle();
  }

  /** Ends a waiting watch. */
  let end: () => void;

  afterEach(async () => {
    const stopped = informer.stop();
    end();
    await stopped;
  });

  it('pauses after a watch that ends at once without an event, twice as long each time', async () => {
    await start(async function* () {});
    assert.deepEqual(opened, [0]);
    await clock.advance(249);
    assert.deepEqual(opened, [0]);
    await clock.advance(1 + 500 + 1000);
    assert.deepEqual(opened, [0, 250, 750, 1750]);
    assert.deepEqual([...new Set(problems)], ['watch: Ended']);
  });

  it('opens a watch again without a pause when it ended after an event, or after a while', async () => {
    const events: WatchEvent[] = [];
    await start(async function* () {
      await new Promise<void>(resolve => {
        end = resolve;
      });
      yield* events;
    });
    await clock.advance(timing.backoffBase);
    end();
    await settle();
    assert.deepEqual(opened, [0, 500]);
    events.push({
      type: 'ADDED',
      object: { ...configMap('one'), metadata: { name: 'one', resourceVersion: '2' } },
    });
    end();
    await settle();
    assert.deepEqual(opened, [0, 500, 500]);
    assert.deepEqual(problems, []);
  });
});
