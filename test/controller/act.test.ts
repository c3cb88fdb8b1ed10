import assert from 'node:assert/strict';
import { annotations, labels } from '../../src/api/group.ts';
import { act, type ReconcilerDeps } from '../../src/controller/act.ts';
import { leaderOnly } from '../../src/controller/leadership.ts';
import { jobName } from '../../src/controller/names.ts';
import type { Observation } from '../../src/controller/observation.ts';
import type { Action, Announcements, Plan } from '../../src/controller/plan.ts';
import { readModel, readRun } from '../../src/controller/readers/custom.ts';
import { claims, deployments, jobs, models, services, trainingRuns } from '../../src/controller/resources.ts';
import { ApiError } from '../../src/kubernetes/client.ts';
import { createClient } from '../../src/kubernetes/http-client.ts';
import { managedFieldsOf } from '../../src/kubernetes/managed-fields.ts';
import type { KubernetesObject, ResourceType } from '../../src/kubernetes/resource.ts';
import { apiVersionOf } from '../../src/kubernetes/resource.ts';
import type { Transition } from '../../src/observability/operator/transitions.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api-server.ts';
import type { AnyObject } from '../kubernetes/kinds.ts';
import { anObservation, at } from './builders.ts';

const kinds = [trainingRuns, models, claims, jobs, services, deployments];
const namespace = 'default';

function an(type: ResourceType, name: string, more: Record<string, unknown> = {}): KubernetesObject {
  const { metadata, ...fields } = more;
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { name, namespace, ...(metadata as object) },
    ...fields,
  };
}

describe('carrying out a plan', () => {
  let server: ApiServer;
  let client: ReturnType<typeof createClient>;
  let run: KubernetesObject;
  let cached: string[];
  let recorded: string[];
  let logged: Record<string, unknown>[];
  let handovers: number[];
  let transitions: Transition[];
  let admit: string | null;

  beforeEach(async () => {
    admit = null;
    server = await startApiServer({
      kinds,
      admit: (type, { metadata }) => (type === jobs && metadata.name.includes('bad') ? admit : null),
    });
    client = createClient(server.connect(), { fieldManager: 'bellwether' });
    run = await client.create(trainingRuns, an(trainingRuns, 'aapl-1', { spec: {} }));
    [cached, recorded, logged, handovers, transitions] = [[], [], [], [], []];
    server.received.length = 0;
  });
  afterEach(async () => {
    client.close();
    await server.stop();
  });

  const level = (name: string) => (about: object, message?: string) => {
    logged.push({ level: name, ...about, message });
  };
  const deps = (): ReconcilerDeps => ({
    client,
    updateCache: (_, { kind, metadata }) => cached.push(`${kind}/${metadata.name}`),
    events: { record: ({ reason, note }) => recorded.push(`${reason}: ${note}`) },
    log: { debug: level('debug'), info: level('info'), warn: level('warn') },
    now: () => at(10),
    countTransition: transition => transitions.push(transition),
    observeHandover: seconds => handovers.push(seconds),
  });
  const plan = (fields: Partial<Plan>): Plan => ({
    actions: [],
    runStatuses: new Map(),
    modelStatus: null,
    runAnnouncements: new Map(),
    modelAnnouncements: { events: [], notes: [] },
    requeueAt: null,
    ...fields,
  });
  const observed = (fields: Partial<Observation> = {}) =>
    anObservation({ model: null, runs: [readRun(run)], ...fields });
  const owned = (uid: string) => ({
    ownerReferences: [{ apiVersion: 'x', kind: 'TrainingRun', name: 'aapl-1', uid, controller: true }],
  });
  const createJob = (
    name = jobName('aapl-1', 'Fetch'),
    more: Partial<Extract<Action, { kind: 'Create' }>> = {},
  ): Action => ({
    kind: 'Create',
    type: jobs,
    object: an(jobs, name, { metadata: owned(run.metadata.uid ?? '') }),
    ...more,
  });
  const started = (name: string): Announcements => ({
    events: [
      {
        regarding: { apiVersion: 'x', kind: 'TrainingRun', namespace, name, uid: 'u' },
        type: 'Normal',
        reason: 'Started',
        message: 'running',
      },
    ],
    notes: [{ run: name, stage: 'Fetch', type: 'Normal', reason: 'Started', message: 'running' }],
  });
  const running = plan({
    runStatuses: new Map([['aapl-1', { phase: 'Running' }]]),
    runAnnouncements: new Map([['aapl-1', started('aapl-1')]]),
  });
  const withActions = (...actions: Action[]) => ({ ...running, actions });
  const stored = async (type: ResourceType, name: string) =>
    (await client.get(type, namespace, name)) as AnyObject | null;
  const writes = () =>
    server.received
      .filter(({ method }) => method !== 'GET')
      .map(
        ({ method, plural, subresource }) =>
          `${method} ${plural}${subresource === null ? '' : `/${subresource}`}`,
      );

  it("creates no Job for a Model whose claim has another owner's name, but does all else", async () => {
    const claim = (labels: object) => an(claims, 'aapl-artifacts', { metadata: { labels } });
    await client.create(claims, claim({ app: 'payments' }));
    const create: Action = {
      kind: 'Create',
      type: claims,
      object: claim({ 'bellwether.dev/model': 'aapl' }),
    };
    const service: Action = { kind: 'Create', type: services, object: an(services, 'aapl') };
    const outcome = await act(withActions(create, createJob(), service), observed(), deps());
    assert.equal(outcome.kind === 'Refused' && outcome.refusals[0]?.reason, 'NameTaken');
    assert.equal(await stored(jobs, 'aapl-1-fetch'), null);
    assert.notEqual(await stored(services, 'aapl'), null);
  });

  it('does the actions, then the statuses, then the announcements, and caches the responses', async () => {
    const outcome = await act(withActions(createJob(undefined, { dueSince: at(9.5) })), observed(), deps());
    assert.deepEqual(outcome, { kind: 'Done' });
    assert.deepEqual(writes(), ['POST jobs', 'PATCH trainingruns/status']);
    assert.deepEqual((await stored(trainingRuns, 'aapl-1'))?.status, { phase: 'Running' });
    assert.deepEqual(cached, ['Job/aapl-1-fetch', 'TrainingRun/aapl-1']);
    assert.deepEqual(recorded, ['Started: running']);
    const about = { namespace, model: 'aapl' };
    assert.deepEqual(logged, [
      {
        level: 'debug',
        ...about,
        action: 'Create',
        kind: 'Job',
        name: 'aapl-1-fetch',
        message: 'action carried out',
      },
      { level: 'info', ...about, run: 'aapl-1', stage: 'Fetch', reason: 'Started', message: 'running' },
    ]);
    assert.deepEqual(handovers, [0.5]);
  });

  it('counts the transitions of a written status, and none of one that was not written', async () => {
    const failed = { ...running, runStatuses: new Map([['aapl-1', { phase: 'Complete' as const }]]) };
    server.fault({ method: 'PATCH', plural: 'trainingruns', fault: { type: 'reset' }, times: 10 });
    await assert.rejects(act(failed, observed(), deps()));
    assert.deepEqual(transitions, []);
  });

  it('counts a run that has ended, with its outcome', async () => {
    const model = await client.create(models, an(models, 'aapl', { spec: {} }));
    const entry = {
      run: 'aapl-1',
      outcome: 'Promoted',
      reason: 'FirstChampion',
      message: '',
      time: '',
    } as const;
    await act(
      plan({
        modelStatus: { history: [entry] },
        runStatuses: new Map([['aapl-1', { phase: 'Complete' }]]),
      }),
      observed({ model: readModel(model) }),
      deps(),
    );
    assert.deepEqual(transitions, [
      { kind: 'RunJudged', outcome: 'Promoted' },
      { kind: 'RunFinished', outcome: 'Complete' },
    ]);
  });

  it('writes the status of the Model before those of the runs, since its history records judgements first', async () => {
    const model = await client.create(models, an(models, 'aapl', { spec: {} }));
    server.received.length = 0;
    await act(
      { ...withActions(), modelStatus: { replicas: 0 } },
      observed({ model: readModel(model) }),
      deps(),
    );
    assert.deepEqual(writes(), ['PATCH models/status', 'PATCH trainingruns/status']);
  });

  it('adopts an existing Job that the same run controls', async () => {
    await client.create(jobs, (createJob() as { object: KubernetesObject }).object);
    assert.deepEqual(await act(withActions(createJob()), observed(), deps()), { kind: 'Done' });
    assert.deepEqual(cached, ['Job/aapl-1-fetch', 'TrainingRun/aapl-1']);
  });

  it('creates a Job once even if the response is lost', async () => {
    server.fault({ method: 'POST', plural: 'jobs', fault: { type: 'lost-answer' } });
    await act(withActions(createJob()), observed(), deps()).catch(() =>
      act(withActions(createJob()), observed(), deps()),
    );
    assert.equal((await client.list(jobs, {})).items.length, 1);
    assert.ok(cached.includes('Job/aapl-1-fetch'));
  });

  it('leaves the object of another owner alone, and writes no status before the next decision', async () => {
    await client.create(jobs, an(jobs, 'aapl-1-fetch', { metadata: owned('another') }));
    const outcome = await act(withActions(createJob()), observed(), deps());
    assert.ok(outcome.kind === 'Refused');
    const [refusal] = outcome.refusals;
    assert.deepEqual([refusal?.kind, refusal?.name, refusal?.reason], ['Job', 'aapl-1-fetch', 'NameTaken']);
    assert.equal((await stored(trainingRuns, 'aapl-1'))?.status, undefined);
    assert.deepEqual(recorded, []);
    const after = await act(withActions(createJob()), observed({ refusals: outcome.refusals }), deps());
    assert.equal(after.kind, 'Refused');
    assert.deepEqual((await stored(trainingRuns, 'aapl-1'))?.status, { phase: 'Running' });
    assert.deepEqual(recorded, ['Started: running']);
  });

  it('adopts an object without an owner by the label of its Model, and a Model by its name', async () => {
    const labelled = (model: string) =>
      an(services, 'aapl', { metadata: { labels: { [labels.model]: model } } });
    const create = (type: ResourceType, object: KubernetesObject): Action => ({
      kind: 'Create',
      type,
      object,
    });
    await client.create(services, labelled('aapl'));
    await client.create(models, an(models, 'aapl', { spec: { artifacts: {} } }));
    const both = withActions(create(services, labelled('aapl')), create(models, an(models, 'aapl')));
    assert.equal((await act(both, observed(), deps())).kind, 'Done');
    const other = await act(withActions(create(services, labelled('msft'))), observed(), deps());
    assert.equal(other.kind, 'Refused');
  });

  describe('about a child', () => {
    const child = (uid: string, fields: Record<string, unknown> = {}) =>
      an(services, 'aapl', { metadata: { ...owned(uid), labels: { [labels.model]: 'aapl' }, ...fields } });
    const desired = (fields: Record<string, unknown> = {}) => ({
      ...child('owner', fields),
      spec: { selector: { app: 'aapl' } },
    });
    const create: Action = { kind: 'Create', by: 'Apply', type: services, object: desired() };
    const applying = (uid: string, handOver: boolean): Action => ({
      kind: 'Apply',
      type: services,
      object: desired(),
      uid,
      handOver,
    });
    const managers = async () =>
      managedFieldsOf((await stored(services, 'aapl')) as AnyObject).map(
        ({ manager, operation }) => `${manager} ${operation}`,
      );

    it('creates it by apply, and announces that it was restored', async () => {
      const announcements = started('aapl-1');
      await act(withActions({ ...create, announcements }), observed(), deps());
      assert.deepEqual(await managers(), ['bellwether Apply']);
      assert.deepEqual(recorded, ['Started: running', 'Started: running']);
    });

    it('keeps an existing one of the same owner for the next decision', async () => {
      await client.create(services, child('owner'));
      assert.equal((await act(withActions(create), observed(), deps())).kind, 'Done');
      assert.deepEqual(await managers(), ['bellwether Update']);
    });

    it('takes back one that has lost its labels', async () => {
      await client.create(services, child('owner', { labels: {} }));
      await act(withActions(create), observed(), deps());
      const found = await stored(services, 'aapl');
      assert.equal(found?.metadata.labels?.[labels.model], 'aapl');
      assert.deepEqual(await managers(), ['bellwether Apply']);
    });

    it("leaves another owner's alone, even if it was created a moment ago", async () => {
      const other = { ...child('other'), spec: { selector: { app: 'other' } } };
      const get: typeof client.get = async (type, space, name) => {
        const found = await client.get(type, space, name);
        if (found === null) server.objects.create(services, other, { manager: 'other', operation: 'Update' });
        return found;
      };
      const racing = new Proxy(client, {
        get: (target, name) => {
          const member: unknown = name === 'get' ? get : Reflect.get(target, name);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
      const outcome = await act(withActions(create), observed(), { ...deps(), client: racing });
      assert.ok(outcome.kind === 'Refused');
      assert.equal(outcome.refusals[0]?.reason, 'NameTaken');
      assert.deepEqual((await stored(services, 'aapl'))?.spec, { selector: { app: 'other' } });
    });

    it('hands over one that was created by POST, so that a field that is left out later is removed', async () => {
      const { metadata } = await client.create(services, desired({ annotations: { old: 'x' } }));
      await act(withActions(applying(metadata.uid ?? '', true)), observed(), deps());
      assert.deepEqual(await managers(), ['bellwether Apply']);
      assert.equal((await stored(services, 'aapl'))?.metadata.annotations, undefined);
    });

    it('changes nothing if the Model has changed since it was cached', async () => {
      const model = readModel(await client.create(models, an(models, 'aapl', { spec: {} })));
      await client.create(services, desired());
      const { uid = '' } = (await stored(services, 'aapl'))?.metadata ?? {};
      await client.merge(models, namespace, 'aapl', { spec: { promotion: { policy: 'Manual' } } });
      const drop: Action = {
        kind: 'Delete',
        type: services,
        namespace,
        name: 'aapl',
        uid,
        propagation: 'Background',
      };
      for (const action of [create, applying(uid, false), drop]) {
        const outcome = await act(withActions(action), observed({ model }), deps());
        assert.equal(outcome.kind, 'Stale', action.kind);
      }
      assert.deepEqual(await managers(), ['bellwether Update']);
    });

    it('does not apply to an object that has taken its place', async () => {
      await client.create(services, desired());
      const outcome = await act(withActions(applying('another', false)), observed(), deps());
      assert.equal(outcome.kind, 'Stale');
      assert.deepEqual(recorded, []);
    });
  });

  it("returns the API server's message when it rejects a Job, and does the other actions", async () => {
    admit = 'spec.template: Invalid value: "x": no such thing';
    const outcome = await act(withActions(createJob('bad'), createJob()), observed(), deps());
    assert.ok(outcome.kind === 'Refused');
    assert.equal(outcome.refusals.length, 1);
    assert.match(outcome.refusals[0]?.message ?? '', /no such thing/);
    assert.equal(outcome.refusals[0]?.reason, 'Invalid');
    assert.ok((await stored(jobs, 'aapl-1-fetch')) !== null);
  });

  it('fails without announcements if a retry may succeed', async () => {
    server.fault({ method: 'POST', plural: 'jobs', times: 99, fault: { type: 'status', code: 500 } });
    await assert.rejects(act(withActions(createJob()), observed(), deps()), ApiError);
    assert.equal((await stored(trainingRuns, 'aapl-1'))?.status, undefined);
    assert.deepEqual([recorded, logged], [[], []]);
  });

  it('does not overwrite a change that it has not observed', async () => {
    const before = observed();
    await client.merge(trainingRuns, namespace, 'aapl-1', {
      metadata: { annotations: { [annotations.approved]: 'true' } },
    });
    assert.equal((await act(withActions(), before, deps())).kind, 'Stale');
    assert.equal((await stored(trainingRuns, 'aapl-1'))?.status, undefined);
    assert.deepEqual(recorded, []);
  });

  describe('of a Model and two runs', () => {
    const both = ['aapl-1', 'aapl-2'];
    let before: Observation;
    let judged: Plan;

    beforeEach(async () => {
      const model = await client.create(models, an(models, 'aapl', { spec: {} }));
      const second = await client.create(trainingRuns, an(trainingRuns, 'aapl-2', { spec: {} }));
      before = observed({ model: readModel(model), runs: [readRun(run), readRun(second)] });
      const promoted = {
        type: 'Normal',
        reason: 'Promoted',
        message: 'first champion',
      } as const;
      const regarding = { apiVersion: 'x', kind: 'Model', namespace, name: 'aapl', uid: 'm' };
      const entry = { ...promoted, run: 'aapl-1', outcome: 'Promoted', time: '' } as const;
      judged = plan({
        modelStatus: { history: [entry] },
        runStatuses: new Map(both.map(name => [name, { phase: 'Complete' }])),
        modelAnnouncements: {
          events: [{ regarding, ...promoted }],
          notes: [{ run: 'aapl-1', ...promoted }],
        },
        runAnnouncements: new Map(both.map(name => [name, started(name)])),
      });
    });
    const touch = (type: ResourceType, name: string) =>
      client.merge(type, namespace, name, { metadata: { annotations: { touched: 'true' } } });
    /** What was written to the API server, logged, recorded as Events and counted. */
    const results = async () => ({
      written: [
        ...((await stored(models, 'aapl'))?.status === undefined ? [] : ['aapl']),
        ...server.objects
          .list(trainingRuns)
          .flatMap(({ metadata, status }) => (status === undefined ? [] : [metadata.name])),
      ],
      logged: logged.map(({ run, reason }) => `${run} ${reason}`),
      recorded: recorded.map(event => event.split(':')[0]),
      counted: transitions.map(({ kind }) => kind),
    });
    const ofModel = {
      written: ['aapl'],
      logged: ['aapl-1 Promoted'],
      recorded: ['Promoted'],
      counted: ['RunJudged'],
    };
    const ofFirst = {
      written: ['aapl', 'aapl-1'],
      logged: ['aapl-1 Promoted', 'aapl-1 Started'],
      recorded: ['Promoted', 'Started'],
      counted: ['RunJudged', 'RunFinished'],
    };

    const ofBoth = {
      written: ['aapl', ...both],
      logged: ['aapl-1 Promoted', 'aapl-1 Started', 'aapl-2 Started'],
      recorded: ['Promoted', 'Started', 'Started'],
      counted: ['RunJudged', 'RunFinished', 'RunFinished'],
    };

    it('announces and counts everything if everything is written', async () => {
      assert.equal((await act(judged, before, deps())).kind, 'Done');
      assert.deepEqual(await results(), ofBoth);
    });

    const nothing = { written: [], logged: [], recorded: [], counted: [] };
    const conflicts = [
      { type: models, name: 'aapl', left: nothing },
      { type: trainingRuns, name: 'aapl-1', left: ofModel },
      { type: trainingRuns, name: 'aapl-2', left: ofFirst },
    ];
    for (const { type, name, left } of conflicts) {
      it(`announces and counts only what was written if ${type.kind} ${name} has changed`, async () => {
        await touch(type, name);
        assert.equal((await act(judged, before, deps())).kind, 'Stale');
        assert.deepEqual(await results(), left);
      });
    }

    it('has announced and counted a written status if the next write fails', async () => {
      server.fault({ method: 'PATCH', plural: 'trainingruns', fault: { type: 'reset' }, times: 10 });
      await assert.rejects(act(judged, before, deps()));
      assert.deepEqual(await results(), ofModel);
    });

    for (const plural of ['models', 'trainingruns']) {
      it(`announces and counts a status of ${plural} once if the response is lost`, async () => {
        server.fault({ method: 'PATCH', plural, fault: { type: 'lost-answer' } });
        assert.equal((await act(judged, before, deps())).kind, 'Done');
        assert.deepEqual(await results(), ofBoth);
        assert.deepEqual(cached, ['Model/aapl', 'TrainingRun/aapl-1', 'TrainingRun/aapl-2']);
      });
    }

    for (const plural of ['models', 'trainingruns']) {
      it(`announces and counts a status of ${plural} once if no response comes at all`, async () => {
        server.fault({ method: 'PATCH', plural, fault: { type: 'lost-answer' }, times: 4 });
        assert.equal((await act(judged, before, deps())).kind, 'Done');
        assert.deepEqual(await results(), ofBoth);
      });
    }

    // As after a crash or a change of leader: the caches of the next process do not have the status yet.
    it('announces and counts nothing that another process has written', async () => {
      assert.equal((await act(judged, before, deps())).kind, 'Done');
      [recorded, logged, transitions] = [[], [], []];
      assert.equal((await act(judged, before, deps())).kind, 'Done');
      assert.deepEqual(await results(), { ...nothing, written: ofBoth.written });
    });

    it('counts nothing if it no longer leads and another process has written the same', async () => {
      const another = createClient(server.connect(), { fieldManager: 'bellwether' });
      assert.equal((await act(judged, before, { ...deps(), client: another })).kind, 'Done');
      another.close();
      [recorded, logged, transitions] = [[], [], []];
      const stopped = createClient(server.connect(), {
        fieldManager: 'bellwether',
        permit: leaderOnly(() => false),
      });
      await assert.rejects(act(judged, before, { ...deps(), client: stopped }), { reason: 'NotLeading' });
      stopped.close();
      assert.deepEqual(await results(), { ...nothing, written: ofBoth.written });
    });

    it('makes announcements without a status even if the first status cannot be written', async () => {
      await touch(models, 'aapl');
      const { runStatuses, ...rest } = judged;
      const [, second = ['', {}]] = [...runStatuses];
      assert.equal((await act({ ...rest, runStatuses: new Map([second]) }, before, deps())).kind, 'Stale');
      assert.deepEqual((await results()).logged, ['aapl-1 Started']);
    });
  });

  it('creates nothing for a run that was deleted or changed after it was cached', async () => {
    const before = observed();
    const [run] = before.runs;
    const earlier = withActions(createJob(undefined, { confirmOwner: '1' }));
    assert.equal((await act(earlier, before, deps())).kind, 'Stale');
    assert.equal(await stored(jobs, 'aapl-1-fetch'), null);
    const again = withActions(createJob(undefined, { confirmOwner: run?.resourceVersion ?? '' }));
    assert.equal((await act(again, before, deps())).kind, 'Done');
    await client.delete(jobs, namespace, 'aapl-1-fetch', { propagation: 'Background' });
    await client.delete(trainingRuns, namespace, 'aapl-1', { propagation: 'Background' });
    await client.create(trainingRuns, an(trainingRuns, 'aapl-1', { spec: {} }));
    assert.equal((await act(again, before, deps())).kind, 'Stale');
    assert.equal(await stored(jobs, 'aapl-1-fetch'), null);
  });

  it('patches and deletes by uid', async () => {
    const job = await client.create(jobs, an(jobs, 'one', { spec: { suspend: false } }));
    const merge: Action = {
      kind: 'Merge',
      type: jobs,
      namespace,
      name: 'one',
      patch: { spec: { suspend: true } },
    };
    const drop = (uid: string): Action => ({
      kind: 'Delete',
      type: jobs,
      namespace,
      name: 'one',
      uid,
      propagation: 'Background',
    });
    assert.equal((await act(plan({ actions: [merge] }), observed(), deps())).kind, 'Done');
    assert.deepEqual((await stored(jobs, 'one'))?.spec, { suspend: true });
    await act(plan({ actions: [drop('another')] }), observed(), deps());
    assert.ok((await stored(jobs, 'one')) !== null);
    assert.equal(
      (await act(plan({ actions: [drop(job.metadata.uid ?? '')] }), observed(), deps())).kind,
      'Done',
    );
    assert.equal(await stored(jobs, 'one'), null);
  });
});
