/** Requests to a Model's Service at a constant rate, while a test makes changes. */

import { testImage } from '../../../support/cluster/images.ts';
import { attempt } from '../../../support/cluster/kubectl.ts';
import { startPod } from '../../../support/cluster/pod.ts';
import type { LoadReport } from '../image/load.ts';

export interface Load {
  /** Waits until its duration is over. */
  finished(): Promise<LoadReport>;
  /** Stops it now, after the pending requests. */
  stop(): Promise<LoadReport>;
}

/** A pending request takes 10 s at most. */
const stopSeconds = 60;

/** Starts the requests. `rate` is per second. */
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
