/** Constant requests on a Model's Service while a test changes things. */
import type { LoadReport } from '../image/load.ts';
import { testImage } from './images.ts';
import { kubectl } from './kubectl.ts';
import { startPod } from './pod.ts';

export interface Load {
  /** The report once its time is over. */
  finished(): Promise<LoadReport>;
  /** Ends it now: requests under way are still waited for. */
  stop(): Promise<LoadReport>;
}

/** Starts at once; `finished` gives the report once the time is over. */
export async function startLoad(
  namespace: string,
  model: string,
  { rate = 50, seconds = 30 }: { readonly rate?: number; readonly seconds?: number } = {},
): Promise<Load> {
  const args = ['load', `--url=http://${model}`, `--rate=${rate}`, `--seconds=${seconds}`];
  const pod = await startPod(namespace, { name: `load-${model}`, image: testImage, args });
  const finished = async () => {
    const log = await pod.finished(seconds + 120);
    return JSON.parse(log.trim().split('\n').at(-1) ?? '') as LoadReport;
  };
  return {
    finished,
    stop: async () => {
      const end = ['node', '--eval', "process.kill(1, 'SIGUSR2')"];
      await kubectl('exec', pod.name, '--namespace', namespace, '--', ...end);
      return finished();
    },
  };
}
