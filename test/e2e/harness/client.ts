/** Requests to a Model's Service from inside the cluster. */
import { runInCluster } from '../../../support/cluster/pod.ts';

export interface Answer {
  readonly version: string;
  readonly risk: string;
  readonly probabilities: { readonly low: number; readonly medium: number; readonly high: number };
}

/** The prediction for the latest bar. Needs real servers. */
export function askPrediction(namespace: string, model: string): Promise<Answer> {
  const script = `
    const origin = ${JSON.stringify(`http://${model}`)};
    const { latest } = await (await fetch(origin + '/model/history')).json();
    const response = await fetch(origin + '/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(latest.indicators),
    });
    if (!response.ok) throw new Error(await response.text());
    const { model: { version }, risk, probabilities } = await response.json();
    tell({ version, risk, probabilities });`;
  return runInCluster(namespace, script);
}
