import assert from 'node:assert/strict';
import { mountCheckAt, withMountFailures } from '../../src/controller/decide/mounts.ts';
import { serverCause } from '../../src/controller/decide/serving/cause.ts';
import type { PodResource } from '../../src/controller/observation.ts';
import { readPodFailures } from '../../src/controller/pod-failures.ts';
import type { ListOptions } from '../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';
import { aJob, anObservation, aPendingPod, aPod, aRun, aServer, at } from './builders.ts';

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
    ['that has a pod', anObservation({ now: at(3), jobs: [job], pods: [aPod(job)] })],
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

  describe('why a server has no volume', () => {
    const message = 'MountVolume.SetUp failed for volume "tokens" : secret "aapl-tokens" not found';
    const creating = { ready: false, running: false, waiting: { reason: 'ContainerCreating', message: '' } };
    const server = aServer('0123456789ab', creating);
    const event = anEvent(message, { involvedObject: { uid: server.uid }, reason: 'FailedMount' });
    const createdAt = server.createdAt;
    const observed = (pod: PodResource, seconds: number) =>
      anObservation({ now: createdAt + seconds * 1000, pods: [pod] });

    it('is the message of its last Event, five seconds after its creation', async () => {
      assert.deepEqual([...(await read([event], observed(server, 5)))], [[server.uid, message]]);
      assert.equal(asked[0]?.[1].fieldSelector, `involvedObject.uid=${server.uid},reason=FailedMount`);
      for (const [pod, seconds] of [
        [server, 4],
        [{ ...server, waiting: null }, 9],
        [{ ...server, deleting: true }, 9],
        [{ ...server, stage: 'Fetch' as const }, 9],
      ] as const) {
        asked = [];
        assert.equal((await read([event], observed(pod, seconds))).size, 0);
        assert.equal(asked.length, 0);
      }
    });

    it('is a cause of its Model', () => {
      const pods = withMountFailures([server], new Map([[server.uid, message]]));
      assert.deepEqual(serverCause(pods, null), {
        reason: 'MountFailed',
        message: `cannot start: ${message}`,
      });
      assert.equal(serverCause([server], null), null);
    });

    it('is looked for when the time has come', () => {
      assert.equal(mountCheckAt([server], createdAt), createdAt + 5000);
      assert.equal(mountCheckAt([server], createdAt + 5000), null);
      assert.equal(mountCheckAt([{ ...server, waiting: null }], createdAt), null);
    });
  });
});

describe('why a pod does not start', () => {
  const creating = { reason: 'ContainerCreating', message: '' };
  const started = { ...job, active: 1 };
  const pod = aPendingPod(started, { waiting: creating });
  const missing = 'MountVolume.SetUp failed for volume "bars" : configmap "my-bars" not found';
  const podEvent = (reason: string, message: string, second: number) =>
    anEvent(message, {
      involvedObject: { uid: pod.uid },
      reason,
      lastTimestamp: `2026-11-23T12:00:0${second}Z`,
    });

  const read = async (items: readonly KubernetesObject[], observed = pod, now = at(3)) => {
    const selectors: (string | undefined)[] = [];
    const list = async (_: ResourceType, { fieldSelector }: ListOptions = {}) => {
      selectors.push(fieldSelector);
      return { items: [...items], resourceVersion: '1' };
    };
    const observation = anObservation({ now, jobs: [started], pods: [observed] });
    const failures = await readPodFailures(observation, { list }, { warn: () => {} });
    return { selectors, failures: [...failures] };
  };

  it('is the message of the last Event about its volumes', async () => {
    const { failures, selectors } = await read([
      podEvent('Scheduled', 'x', 2),
      podEvent('FailedMount', missing, 1),
    ]);
    assert.deepEqual(failures, [[pod.uid, missing]]);
    assert.deepEqual(selectors, [`involvedObject.uid=${pod.uid}`]);
  });

  it('is nothing about its volumes once its image is pulled', async () => {
    const events = [podEvent('FailedMount', missing, 1), podEvent('Pulling', 'Pulling image', 2)];
    assert.deepEqual((await read(events)).failures, []);
  });

  for (const [what, fields, now] of [
    ['was just created', {}, at(1)],
    ['runs', { phase: 'Running', running: true }, at(3)],
    ['is not scheduled', { unschedulable: 'no node' }, at(3)],
    ['has another problem', { waiting: { reason: 'ErrImagePull', message: '' } }, at(3)],
    ['is being deleted', { deleting: true }, at(3)],
  ] as const) {
    it(`is not read for a pod that ${what}`, async () => {
      assert.deepEqual((await read([], { ...pod, ...fields }, now)).selectors, []);
    });
  }
});
