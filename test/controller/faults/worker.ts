/** A thread that plays the parts that it is sent. */
import { parentPort } from 'node:worker_threads';
import { type Part, playPart } from './parts.ts';

parentPort?.on('message', async (part: Part) => {
  parentPort?.postMessage(await playPart(part));
});
