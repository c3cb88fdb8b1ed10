/** A fake of Yahoo's chart API in the cluster. */
import { runInCluster, startService } from '../../../support/cluster/pod.ts';
import type { Fault } from '../../market/sources/yahoo/server.ts';

/** The ports of the chart API and of the list of received requests. */
const ports = [8080, 8081];

/** Starts it as Service `yahoo`; returns the origin that the chart's value `yahooHost` takes. */
export async function startYahoo(namespace: string, faults: readonly Fault[] = []): Promise<string> {
  const env = { YAHOO_FAULTS: JSON.stringify(faults) };
  await startService(namespace, { name: 'yahoo', args: ['yahoo'], env }, ports);
  return `http://yahoo.${namespace}.svc:8080`;
}

/** Path and query of each received request, in order. */
export function yahooRequests(namespace: string): Promise<string[]> {
  return runInCluster(namespace, `tell(await (await fetch('http://yahoo:8081')).json());`);
}
