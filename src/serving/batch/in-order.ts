/** Work on several items of a stream at once, with results in the order of the items. */

/**
 * Starts `work` on each item, at most `ahead` at a time, and yields the results in order, each as soon as it and
 * those before it are there. Takes no item while `ahead` results wait to be fetched. Stops at the first error.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<R, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  const pending: Promise<R>[] = [];
  let next: Promise<IteratorResult<T>> | undefined = heard(iterator.next());
  while (next !== undefined || pending.length > 0) {
    if (next !== undefined && pending.length < ahead && (await isFirst(next, pending[0]))) {
      const item: IteratorResult<T> = await next;
      next = undefined;
      if (item.done === true) continue;
      pending.push(heard(work(item.value)));
      next = heard(iterator.next());
    } else yield await pending.shift()!;
  }
}

/** Whether `next` settles before `result`, if there is one. */
async function isFirst(next: Promise<unknown>, result: Promise<unknown> | undefined): Promise<boolean> {
  if (result === undefined) return true;
  return Promise.race([result.then(() => false), next.then(() => true)]);
}

/** A promise whose rejection may stay unheard: the first error has ended everything already. */
function heard<P>(promise: Promise<P>): Promise<P> {
  promise.catch(() => undefined);
  return promise;
}
