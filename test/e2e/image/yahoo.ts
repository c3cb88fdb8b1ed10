/**
 * A fake of Yahoo's chart API: real bars, moved to the weekdays up to yesterday. `YAHOO_FAULTS` is a JSON list of faults for
 * the first requests. A second port lists the received requests, and takes further faults by POST.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Fault, startYahooServer } from '../../market/sources/yahoo/server.ts';

export const yahooPort = 8080;
export const requestsPort = 8081;

export async function startFakeYahoo({ YAHOO_FAULTS = '[]' }: NodeJS.ProcessEnv): Promise<boolean> {
  const yahoo = await startYahooServer({ host: '0.0.0.0', port: yahooPort, latest: true });
  yahoo.faults.push(...(JSON.parse(YAHOO_FAULTS) as Fault[]));
  const requestList = createServer(async (request, response) => {
    if (request.method === 'POST') yahoo.faults.push(...(JSON.parse(await text(request)) as Fault[]));
    response.end(JSON.stringify(yahoo.requests));
  });
  requestList.listen(requestsPort, '0.0.0.0');
  process.once('SIGTERM', () => process.exit(0));
  return true;
}
