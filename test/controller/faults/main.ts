/**
 * Plays every story with every fault, in several threads, prints the counts, and writes them to docs/reliability.md.
 *
 *     node test/controller/faults/main.ts [part of a story's name]
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Part, PartResult } from './parts.ts';
import { documentPath, readDocument, table, withSection } from './report.ts';
import { stories } from './stories.ts';

const threads = Math.min(4, availableParallelism());
/** Parts of each story: more than threads, so that the threads end at about the same time. */
const parts = 6;
/** The failures that are shown of each story. */
const shown = 5;

async function main(): Promise<number> {
  const [name] = process.argv.slice(2);
  const indexes = stories.flatMap((story, index) =>
    name === undefined || story.name.includes(name) ? [index] : [],
  );
  const queue = indexes.flatMap(story =>
    Array.from({ length: parts }, (_, part): Part => ({ story, part, of: parts })),
  );
  const start = performance.now();
  const results: PartResult[] = [];
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url));
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      worker.postMessage(part);
      const [result] = (await once(worker, 'message')) as [PartResult];
      results.push(result);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, work));
  const seconds = Math.round((performance.now() - start) / 1000);
  const failures = results.flatMap(result =>
    result.failures.map(failure => ({ ...failure, story: result.story })),
  );
  const text = table(
    stories.map(story => story.name),
    results,
  );
  process.stdout.write(`${text}\n${seconds} s in ${threads} threads\n`);
  for (const { story } of results.filter(({ failures }) => failures.length > 0)) {
    for (const { fault, message } of failures.filter(failure => failure.story === story).slice(0, shown))
      process.stdout.write(`\n${story}: ${fault}\n${message}\n`);
  }
  if (failures.length === 0 && name === undefined)
    writeFileSync(documentPath, withSection(readDocument(), text));
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main();
