/** Constant requests on a Model's Service while a test changes things. */
import type { LoadReport } from '../image/load.ts';
import { testImage } from './images.ts';
import { startPod } from './pod.ts';

/** Starts at once; `finished` gives the report once the time is over. */
export async function startLoad(
  namespace: string,
  model: string,
  { rate = 50, seconds = 30 }: { readonly rate?: number; readonly seconds?: number } = {},
): Promise<{ finished(): Promise<LoadReport> }> {
  const args = ['load', `--url=http://${model}`, `--rate=${rate}`, `--seconds=${seconds}`];
  const pod = await startPod(namespace, { name: `load-${model}`, image: testImage, args });
  return {
    finished: async () => JSON.parse((await pod.finished(seconds + 120)).trim().split('\n').at(-1) ?? ''),
  };
}
