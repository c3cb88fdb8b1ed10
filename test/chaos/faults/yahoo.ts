/** Failures of Yahoo while a run fetches its bars. */
import { fakeRun, smallStages } from '../../../support/cluster/specs.ts';
import { conditionOf } from '../../../support/cluster/wait.ts';
import type { Fault as YahooFault } from '../../market/sources/yahoo/server.ts';
import { getRun } from '../api.ts';
import { runFault } from '../oracle.ts';
import { create } from '../steps.ts';
import { persist, waitFor } from '../wait.ts';
import type { Fault } from './fault.ts';

const failures: Readonly<Record<string, YahooFault>> = {
  'answers 429': { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body: 'Too Many Requests' },
  'answers 500': { kind: 'status', status: 500, body: 'Internal Server Error' },
  'does not answer': { kind: 'hang' },
  'resets the connection': { kind: 'reset' },
  'sends a web page': { kind: 'text', body: '<!doctype html><title>Yahoo</title>', contentType: 'text/html' },
  'sends half an answer': { kind: 'cut' },
  'stops in the middle of an answer': { kind: 'stall' },
};

export const yahooFaults: readonly Fault[] = Object.entries(failures).map(([name, failure]) => ({
  name: `Yahoo ${name}`,
  expected: 'Fetch tries again, and the run succeeds',
  weight: 0.3,
  inject: async lane => {
    const run = `side-${lane.next()}`;
    await persist(() => lane.addYahooFaults([failure, failure]));
    const data = { source: 'Yahoo', timeoutSeconds: 4 };
    await create(lane, fakeRun(run, { real: true }, { model: 'side', data, stages: smallStages() }));
    await waitFor(`${run} has ended`, async () => {
      const found = await getRun(lane.namespace, run);
      return ['Complete', 'Failed'].some(type => conditionOf(found, type)?.status === 'True');
    });
    return runFault(lane, run, 'Complete');
  },
}));
