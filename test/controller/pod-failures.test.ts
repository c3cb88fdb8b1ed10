import assert from 'node:assert/strict';
import { readPodFailures } from '../../src/controller/pod-failures.ts';
import type { ListOptions } from '../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';
import { aJob, anObservation, aPendingPod, aRun, at } from './builders.ts';

const job = aJob(aRun(), 'Fetch', { active: 0 });
const forbidden = 'pods "aapl-1-fetch-x7" is forbidden';

function anEvent(message: string, fields: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: message, namespace: 'default' },
    ...{
      involvedObject: { uid: job.uid },
      reason: 'FailedCreate',
      message,
      lastTimestamp: '2026-11-23T12:00:01Z',
    },
    ...fields,
  };
}

describe('why a Job has no pod', () => {
  let asked: [ResourceType, ListOptions][];
  let warned: unknown[];
  const read = (
    items: readonly KubernetesObject[] | Error,
    observation = anObservation({ now: at(3), jobs: [job] }),
  ) =>
    readPodFailures(
      observation,
      {
        list: async (type, options = {}) => {
          asked.push([type, options]);
          if (items instanceof Error) throw items;
          return { items, resourceVersion: '1' };
        },
      },
      { warn: (line: unknown) => void warned.push(line) },
    );

  beforeEach(() => {
    [asked, warned] = [[], []];
  });

  it('is the message of its last Event', async () => {
    const later = { lastTimestamp: '2026-11-23T12:00:02Z' };
    const others = [
      anEvent('another Job', { involvedObject: { uid: 'x' }, ...later }),
      anEvent('created', { reason: 'SuccessfulCreate', ...later }),
    ];
    const failures = await read([anEvent('first'), anEvent(forbidden, later), ...others]);
    assert.deepEqual([...failures], [[job.uid, forbidden]]);
    assert.deepEqual(
      asked.map(([type, { namespace, fieldSelector }]) => [type.plural, namespace, fieldSelector]),
      [['events', 'default', `involvedObject.uid=${job.uid},reason=FailedCreate`]],
    );
  });

  it('is unknown when there is no Event', async () => {
    assert.equal((await read([])).size, 0);
  });

  it('is unknown, and the error is logged, when Events cannot be read', async () => {
    assert.equal((await read(new Error('forbidden'))).size, 0);
    assert.deepEqual(warned, [{ namespace: 'default', job: 'aapl-1-fetch', cause: 'forbidden' }]);
  });

  for (const [what, observation] of [
    ['that has a pod', anObservation({ now: at(3), jobs: [job], pods: [aPendingPod(job)] })],
    ['that was just created', anObservation({ now: at(1), jobs: [job] })],
    ['that is suspended', anObservation({ now: at(3), jobs: [{ ...job, suspended: true }] })],
    ['with a pod that is not in the cache yet', anObservation({ now: at(3), jobs: [{ ...job, active: 1 }] })],
    ['whose first pod has ended', anObservation({ now: at(3), jobs: [{ ...job, failed: 1 }] })],
  ] as const) {
    it(`is not asked for a Job ${what}`, async () => {
      await read([anEvent(forbidden)], observation);
      assert.deepEqual(asked, []);
    });
  }
});
