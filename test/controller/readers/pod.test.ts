import assert from 'node:assert/strict';
import { readPod } from '../../../src/controller/readers/pod.ts';
import { raw } from './raw.ts';

const labels = { 'bellwether.dev/model': 'aapl', 'bellwether.dev/run': 'r', 'bellwether.dev/stage': 'train' };
const owner = { kind: 'Job', uid: 'job-uid' };
const read = (status: Record<string, unknown>, now = 0, previous: ReturnType<typeof readPod> = null) =>
  readPod(raw('Pod', { labels, owner, status }), previous, now);
const inState = (state: unknown, more: Record<string, unknown> = {}) => ({
  containerStatuses: [
    { name: 'istio-proxy', state: { running: {} } },
    { name: 'stage', state, ...more },
  ],
});
const end = {
  exitCode: 137,
  reason: 'OOMKilled',
  message: 'last lines',
  startedAt: '1970-01-01T00:00:01Z',
  finishedAt: '1970-01-01T00:00:02Z',
};
const readEnd = { ...end, startedAt: 1000, finishedAt: 2000 };

describe('reading a pod', () => {
  it('reads the Model, the run and the stage; null without a label or a controller', () => {
    const pod = read({});
    assert.deepEqual([pod?.model, pod?.run, pod?.stage, pod?.ownerUid], ['aapl', 'r', 'Train', 'job-uid']);
    assert.equal(readPod(raw('Pod', { labels }), null, 0), null);
    assert.equal(readPod(raw('Pod', { owner }), null, 0), null);
  });

  it('has the version that its environment sets, whatever its label says', () => {
    const versionOf = (env: object[]) =>
      readPod(
        raw('Pod', {
          labels: { 'bellwether.dev/model': 'aapl', 'bellwether.dev/version': 'v' },
          owner: { kind: 'ReplicaSet', uid: 'rs' },
          spec: { containers: [{ name: 'sidecar' }, { name: 'server', env }] },
        }),
        null,
        0,
      )?.version;
    const folder = { name: 'BELLWETHER_MODEL_DIR', value: '/artifacts/aapl/.versions/w' };
    assert.equal(versionOf([folder, { name: 'BELLWETHER_EXPECTED_VERSION', value: 'x' }]), 'x');
    assert.equal(versionOf([folder]), 'w');
    assert.equal(versionOf([]), 'v');
  });

  it('belongs to a server if it has a version', () => {
    const server = raw('Pod', {
      labels: { 'bellwether.dev/model': 'aapl', 'bellwether.dev/version': 'v' },
      owner,
    });
    const pod = readPod(server, null, 0);
    assert.deepEqual([pod?.run, pod?.stage, pod?.version], [null, null, 'v']);
  });

  it("reads the state of the operator's own container", () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    assert.deepEqual(read(inState({ waiting }))?.waiting, waiting);
    assert.deepEqual(read(inState({ waiting: { reason: 'PodInitializing' } }))?.waiting, {
      reason: 'PodInitializing',
      message: '',
    });
    assert.equal(read(inState({ running: { startedAt: 't' } }))?.running, true);
    assert.deepEqual(read(inState({ terminated: end }))?.terminated, readEnd);
    assert.equal(read(inState({ terminated: end }))?.running, false);
  });

  it('reads the previous end and the number of restarts', () => {
    const pod = read(inState({ running: {} }, { restartCount: 4, lastState: { terminated: end } }));
    assert.deepEqual([pod?.restarts, pod?.lastTerminated, pod?.terminated], [4, readEnd, null]);
  });

  it('keeps the time at which the end was first seen', () => {
    assert.equal(read(inState({ running: {} }), 5)?.endSeenAt, null);
    const first = read(inState({ terminated: end }), 6);
    assert.equal(first?.endSeenAt, 6);
    assert.equal(read(inState({ terminated: end }), 7, first)?.endSeenAt, 6);
    // A new pod of the same name is another pod.
    assert.ok(first !== null);
    assert.equal(read(inState({ terminated: end }), 8, { ...first, uid: 'other' })?.endSeenAt, 8);
  });

  const conditions = (...list: Record<string, string>[]) => ({ conditions: list });
  const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no cpu' };
  it('reads from conditions that it is unschedulable or was disrupted', () => {
    assert.equal(read(conditions(unschedulable))?.unschedulable, 'no cpu');
    assert.equal(read(conditions({ ...unschedulable, status: 'True' }))?.unschedulable, null);
    assert.equal(read(conditions({ ...unschedulable, reason: 'SchedulingGated' }))?.unschedulable, null);
    const target = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'drained',
    };
    assert.equal(read(conditions(target))?.disrupted, 'drained');
  });

  it('reads why the pod as a whole failed, which is not a disruption, since the Job counts it', () => {
    const evicted = read({ phase: 'Failed', reason: 'Evicted', message: 'used too much disk' });
    assert.deepEqual(evicted?.failure, { reason: 'Evicted', message: 'used too much disk' });
    assert.equal(evicted?.disrupted, null);
    assert.deepEqual(read({ phase: 'Failed', reason: 'OutOfcpu' })?.failure, {
      reason: 'OutOfcpu',
      message: '',
    });
    assert.equal(read({ phase: 'Failed' })?.failure, null);
    assert.equal(read({ phase: 'Running', reason: 'NodeLost' })?.failure, null);
  });

  it('is ready if its condition is True; an unknown phase is Unknown', () => {
    assert.equal(read(conditions({ type: 'Ready', status: 'True' }))?.ready, true);
    assert.equal(read(conditions({ type: 'Ready', status: 'False' }))?.ready, false);
    assert.deepEqual([read({})?.phase, read({ phase: 'Failed' })?.phase], ['Unknown', 'Failed']);
  });
});
