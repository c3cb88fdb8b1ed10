/** Processes several items of a stream concurrently, with results in the order of the items. */

/**
 * Runs `work` on each item, at most `ahead` at a time, and yields the results in order, each as soon as it and all
 * earlier ones are available. Reads no item while `ahead` results have not been consumed. Stops at the first error.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<R, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  const pending: Promise<R>[] = [];
  let next: Promise<IteratorResult<T>> | undefined = handled(iterator.next());
  while (next !== undefined || pending.length > 0) {
    if (next !== undefined && pending.length < ahead && (await isFirst(next, pending[0]))) {
      const item: IteratorResult<T> = await next;
      next = undefined;
      if (item.done === true) continue;
      pending.push(handled(work(item.value)));
      next = handled(iterator.next());
    } else yield await pending.shift()!;
  }
}

/** Whether `next` settles before `result`, if there is one. */
async function isFirst(next: Promise<unknown>, result: Promise<unknown> | undefined): Promise<boolean> {
  if (result === undefined) return true;
  return Promise.race([result.then(() => false), next.then(() => true)]);
}

/** Marks a promise as handled: after the first error, later rejections may stay unhandled. */
function handled<P>(promise: Promise<P>): Promise<P> {
  promise.catch(() => undefined);
  return promise;
}
