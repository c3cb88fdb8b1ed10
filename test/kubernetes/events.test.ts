import assert from 'node:assert/strict';
import { type EventRecord, truncateToBytes } from '../../src/kubernetes/events/event.ts';
import { createEventRecorder, type EventRecorder } from '../../src/kubernetes/events.ts';
import { createClient, type HttpClient } from '../../src/kubernetes/http-client.ts';
import { EVENTS } from '../../src/kubernetes/resource.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { until } from './fake-clock.ts';

const record: EventRecord = {
  regarding: {
    apiVersion: 'example.org/v1',
    kind: 'Widget',
    namespace: 'default',
    name: 'one',
    uid: 'uid-1',
  },
  type: 'Normal',
  reason: 'Made',
  action: 'Make',
  note: 'It was made.',
};

describe('event recorder', () => {
  let server: ApiServer;
  let client: HttpClient;
  let recorder: EventRecorder;
  let unwritten: string[];

  const create = (capacity = 1000) =>
    createEventRecorder({
      client,
      controller: 'example.org/maker',
      instance: 'maker-1',
      capacity,
      report: ({ note }) => {
        unwritten.push(note);
        throw new Error('a reporter that fails');
      },
    });

  beforeEach(async () => {
    server = await startApiServer({ kinds: [EVENTS] });
    client = createClient(server.connect(), { fieldManager: 'tester', random: () => 0 });
    unwritten = [];
    recorder = create();
  });

  afterEach(async () => {
    await recorder.stop(0);
    client.close();
    await server.stop();
  });

  const events = () => server.objects.list(EVENTS);
  const counts = () => events().map(({ count }) => count);
  const written = (writes: number) =>
    until(() => server.received.filter(({ method }) => method !== 'GET').length === writes);

  it('writes complete Events', async () => {
    recorder.record(record);
    await recorder.stop(5000);
    const [event] = events();
    const { metadata, firstTimestamp, lastTimestamp, ...rest } = event ?? assert.fail();
    assert.match(metadata.name, /^one\.[0-9a-f]{16}$/);
    // `kubectl describe` sorts by it.
    assert.match(String(lastTimestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(firstTimestamp, lastTimestamp);
    assert.deepEqual(rest, {
      apiVersion: 'v1',
      kind: 'Event',
      source: { component: 'example.org/maker' },
      reportingComponent: 'example.org/maker',
      reportingInstance: 'maker-1',
      type: 'Normal',
      reason: 'Made',
      action: 'Make',
      message: 'It was made.',
      count: 1,
      involvedObject: record.regarding,
    });
  });

  it('counts repeats in the existing Event, also in that of an earlier process', async () => {
    recorder.record(record);
    await written(1);
    recorder.record(record);
    await written(2);
    assert.deepEqual(counts(), [2]);
    const next = create();
    next.record(record);
    await next.stop(5000);
    assert.deepEqual(counts(), [3]);
  });

  it('counts repeats of a waiting Event in one write', async () => {
    for (let time = 0; time < 5; time++) recorder.record(record);
    recorder.record({ ...record, note: 'Another.' });
    await recorder.stop(5000);
    assert.deepEqual(counts().sort(), [1, 5]);
    assert.equal(server.received.length, 2);
  });

  it('creates an Event again when the server has deleted it', async () => {
    recorder.record(record);
    await written(1);
    for (const { metadata } of events()) server.objects.delete(EVENTS, 'default', metadata.name);
    recorder.record(record);
    await recorder.stop(5000);
    assert.deepEqual(counts(), [1]);
  });

  it('distinguishes Events with the same note about other objects or of another type', async () => {
    recorder.record(record);
    recorder.record({ ...record, regarding: { ...record.regarding, uid: 'uid-2' } });
    recorder.record({ ...record, type: 'Warning' });
    await recorder.stop(5000);
    assert.equal(events().length, 3);
  });

  it('continues after a rejected write', async () => {
    server.fault({ fault: { type: 'status', code: 403, reason: 'Forbidden' } });
    recorder.record(record);
    recorder.record({ ...record, note: 'Next.' });
    await recorder.stop(5000);
    assert.deepEqual(unwritten, ['It was made.']);
    assert.deepEqual(
      events().map(({ message }) => message),
      ['Next.'],
    );
  });

  it('limits the number of waiting Events and the time to stop', async () => {
    server.fault({ fault: { type: 'hang' }, times: 9 });
    recorder = create(2);
    recorder.record({ ...record, note: '0' });
    await written(1);
    for (const note of ['1', '2', '3']) recorder.record({ ...record, note });
    assert.deepEqual(unwritten, ['3']);
    await recorder.stop(10);
    assert.deepEqual(unwritten, ['3', '1', '2']);
    recorder.record(record);
    assert.equal(unwritten.length, 4);
  });

  const cuts = [
    { text: 'short', bytes: 10, cut: 'short' },
    { text: 'abcdefghij', bytes: 10, cut: 'abcdefghij' },
    { text: 'abcdefghijk', bytes: 10, cut: 'abcdefg…' },
    { text: 'ääääää', bytes: 10, cut: 'äää…' },
    { text: '😀😀😀', bytes: 10, cut: '😀…' },
  ];
  for (const { text, bytes, cut } of cuts) {
    it(`truncates '${text}' to ${bytes} bytes as '${cut}'`, () => {
      assert.equal(truncateToBytes(text, bytes), cut);
      assert.ok(Buffer.byteLength(cut) <= bytes);
    });
  }
});
