import assert from 'node:assert/strict';
import { inOrder } from '../../../src/serving/batch/in-order.ts';

async function* count(to: number, taken: number[] = []): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) {
    taken.push(i);
    yield i;
  }
}

describe('work in order', () => {
  it('yields results in the order of the items, whichever is ready first', async () => {
    const finish: (() => void)[] = [];
    const work = (item: number) =>
      new Promise<number>(resolve => {
        finish.push(() => resolve(item * 10));
        // The third to start lets all go, the last one first.
        if (finish.length === 3) for (const each of finish.splice(0).reverse()) each();
      });
    const results: number[] = [];
    for await (const result of inOrder(count(6), work, 3)) results.push(result);
    assert.deepEqual(results, [0, 10, 20, 30, 40, 50]);
  });

  it('reads no more items than the limit while results are not consumed', async () => {
    const taken: number[] = [];
    const results = inOrder(count(1000, taken), async item => item, 4);
    await results.next();
    await new Promise(resolve => setImmediate(resolve));
    assert.ok(taken.length <= 6, `${taken.length} taken`);
  });

  it('yields an available result without waiting for the next item', async () => {
    const items = (async function* () {
      yield 1;
      await new Promise(() => undefined);
    })();
    assert.deepEqual(await inOrder(items, async item => item, 4).next(), { done: false, value: 1 });
  });

  it('ends with the first error of items or work', async () => {
    const failing = async (item: number) => {
      if (item === 2) throw new Error('work 2');
      return item;
    };
    const drain = async (results: AsyncIterable<number>) => {
      for await (const _ of results);
    };
    await assert.rejects(drain(inOrder(count(9), failing, 3)), /work 2/);
    const broken = (async function* () {
      yield 1;
      throw new Error('items');
    })();
    await assert.rejects(drain(inOrder(broken, async item => item, 3)), /items/);
  });
});
