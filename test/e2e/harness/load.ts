/** Constant requests on a Model's Service while a test changes things. */
import type { LoadReport } from '../image/load.ts';
import { testImage } from './images.ts';
import { attempt } from './kubectl.ts';
import { startPod } from './pod.ts';

export interface Load {
  /** The report once its time is over. */
  finished(): Promise<LoadReport>;
  /** Ends it now: requests under way are still waited for. */
  stop(): Promise<LoadReport>;
}

/** Requests under way have 10 s each. */
const stopSeconds = 60;

/** Starts at once; `finished` gives the report once the time is over. */
export async function startLoad(
  namespace: string,
  model: string,
  { rate = 50, seconds = 30 }: { readonly rate?: number; readonly seconds?: number } = {},
): Promise<Load> {
  const args = ['load', `--url=http://${model}`, `--rate=${rate}`, `--seconds=${seconds}`];
  const pod = await startPod(namespace, { name: `load-${model}`, image: testImage, args });
  const report = async (limitSeconds: number) => {
    const log = await pod.finished(limitSeconds);
    return JSON.parse(log.trim().split('\n').at(-1) ?? '') as LoadReport;
  };
  return {
    finished: () => report(seconds + 120),
    stop: async () => {
      const signal = ['node', '--eval', "process.kill(1, 'SIGUSR2')"];
      // The container may end before exec has read its exit code, which is then 137. Only the pod's own end counts.
      const exec = await attempt(['exec', pod.name, '--namespace', namespace, '--', ...signal]);
      return report(stopSeconds).catch(error => {
        throw new Error(`the load did not stop; exec: ${exec.code} ${exec.stderr}`, { cause: error });
      });
    },
  };
}
