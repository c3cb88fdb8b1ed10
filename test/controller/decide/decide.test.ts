import assert from 'node:assert/strict';
import { modelSpecSchema } from '../../../src/api/model.ts';
import { decide } from '../../../src/controller/decide/decide.ts';
import type { Observation } from '../../../src/controller/observation.ts';
import type { Plan } from '../../../src/controller/plan.ts';
import { aClaim, aJob, aModel, anObservation, aPendingPod, aRun, aSpec, at } from '../builders.ts';

const created = ({ actions }: Plan) =>
  actions.flatMap(action =>
    action.kind === 'Create' ? [`${action.type.kind}/${action.object.metadata.name}`] : [],
  );
const older = aRun({ name: 'older', uid: 'older' });
const younger = aRun({ name: 'younger', uid: 'younger', createdAt: at(1) });
const phases = ({ runStatuses }: Plan) =>
  Object.fromEntries([...runStatuses].map(([name, { phase }]) => [name, phase]));
const settled = (observation: Observation): Observation => {
  const { runStatuses, modelStatus } = decide(observation);
  const { model, runs } = observation;
  return {
    ...observation,
    model: model === null ? null : { ...model, status: modelStatus ?? model.status },
    runs: runs.map(run => ({ ...run, status: runStatuses.get(run.name) ?? run.status })),
  };
};

describe('the decision about a Model', () => {
  it('creates the Model that a run names if it does not exist', () => {
    const plan = decide(anObservation({ model: null, runs: [aRun()] }));
    assert.ok(created(plan).includes('Model/aapl'));
    assert.equal(plan.modelStatus, null);
  });

  it('runs one run at a time and queues the other', () => {
    const plan = decide(anObservation({ runs: [younger, older], claim: aClaim() }));
    assert.deepEqual(
      created(plan).filter(name => name.startsWith('Job')),
      ['Job/older-fetch'],
    );
    assert.deepEqual(phases(plan), { older: 'Running', younger: 'Pending' });
    assert.match(JSON.stringify(plan.runStatuses.get('younger')), /Queued.*older/);
  });

  describe('with a selector of runs', () => {
    const selecting = aModel({
      spec: modelSpecSchema.parse({ promotion: { runs: { selector: { matchLabels: { team: 'quant' } } } } }),
    });
    const ours = { ...younger, labels: { team: 'quant' } };

    it('runs only those that match, which are not queued behind others', () => {
      const plan = decide(anObservation({ model: selecting, runs: [older, ours], claim: aClaim() }));
      assert.deepEqual(
        created(plan).filter(name => name.startsWith('Job')),
        ['Job/younger-fetch'],
      );
      const conditions = plan.runStatuses.get('older')?.conditions ?? [];
      const of = (type: string) => conditions.find(condition => condition.type === type);
      assert.deepEqual([of('Complete')?.reason, of('Promoted')?.reason], ['NotSelected', 'NotSelected']);
      assert.match(
        of('Complete')?.message ?? '',
        /^Model aapl does not select the run: its labels do not match team=quant \(promotion\.runs\.selector/,
      );
    });

    it('starts none that another owner reference or the label of the Model is to let in', () => {
      const forged = {
        ...older,
        scheduledBy: selecting.uid,
        labels: { 'bellwether.dev/model': 'aapl', 'app.kubernetes.io/managed-by': 'bellwether' },
      };
      const plan = decide(anObservation({ model: selecting, runs: [forged], claim: aClaim() }));
      assert.deepEqual(created(plan), []);
    });

    it('suspends the running stage of a run whose label is taken away', () => {
      const before = anObservation({ model: selecting, runs: [ours], claim: aClaim() });
      const running = settled(before);
      const [run] = running.runs.map(one => ({ ...one, labels: {} }));
      const plan = decide({ ...running, runs: run ? [run] : [], jobs: [aJob(ours, 'Fetch')] });
      assert.deepEqual(
        plan.actions.map(({ kind }) => kind),
        ['Merge'],
      );
    });
  });

  it('creates the claim before the first Job, whose pod could not be scheduled otherwise', () => {
    const made = created(decide(anObservation({ runs: [older], claim: null })));
    assert.deepEqual(made.slice(0, 2), ['PersistentVolumeClaim/aapl-artifacts', 'Job/older-fetch']);
  });

  it('returns only statuses that differ from the observed ones', () => {
    const first = anObservation({ runs: [older], jobs: [aJob(older, 'Fetch')], claim: aClaim() });
    const second = decide(settled(first));
    assert.equal(second.runStatuses.size, 0);
    assert.equal(second.modelStatus, null);
    assert.deepEqual(
      [second.modelAnnouncements, second.runAnnouncements],
      [{ events: [], notes: [] }, new Map()],
    );
  });

  it('has the conditions of schedules while the Model has them, and only then', () => {
    const spec = (fields: object) =>
      modelSpecSchema.parse({
        schedule: { cron: '61 0 * * *' },
        runTemplate: { spec: { symbol: 'AAPL' } },
        scoring: { cron: '0 12 * * *' },
        ...fields,
      });
    const conditions = ({ model }: Observation) =>
      model?.status.conditions?.slice(2).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
    const wrong = settled(anObservation({ model: aModel({ spec: spec({}) }), claim: aClaim() }));
    assert.deepEqual(conditions(wrong), [
      'Scheduled False InvalidSchedule',
      'ScoringScheduled True Scheduled',
    ]);
    assert.equal(decide(wrong).modelStatus, null);
    const changed = (fields: object) => {
      assert.ok(wrong.model !== null);
      return settled({ ...wrong, model: { ...wrong.model, generation: 2, spec: spec(fields) } });
    };
    assert.deepEqual(conditions(changed({ schedule: { cron: '0 0 * * *' } })), [
      'Scheduled True Scheduled',
      'ScoringScheduled True Scheduled',
    ]);
    assert.deepEqual(conditions(changed({ schedule: undefined, scoring: undefined })), []);
  });

  it('creates nothing for a run that is being deleted', () => {
    const plan = decide(anObservation({ runs: [{ ...older, deleting: true }], claim: aClaim() }));
    assert.deepEqual(created(plan), []);
    assert.equal(plan.runStatuses.size, 0);
  });

  it('rolls out nothing for a Model that is being deleted', () => {
    const champion = { run: 'older', version: '0123456789ab', promotedAt: '2026-11-23T12:00:00Z' };
    const model = aModel({ status: { champion } });
    assert.ok(created(decide(anObservation({ model, claim: aClaim() }))).includes('Deployment/aapl'));
    const plan = decide(anObservation({ model: { ...model, deleting: true }, claim: aClaim() }));
    assert.deepEqual([plan.actions, plan.modelStatus], [[], null]);
  });

  it("fails the run whose Job was refused, with the API server's message, and starts the next run", () => {
    const refusals = [
      { kind: 'Job', name: 'older-fetch', reason: 'Invalid', message: 'spec.template: no such thing' },
    ];
    const observation = anObservation({ runs: [older, younger], claim: aClaim(), refusals });
    const plan = decide(observation);
    assert.equal(plan.runStatuses.get('older')?.phase, 'Failed');
    assert.match(JSON.stringify(plan.runStatuses.get('older')), /no such thing/);
    assert.deepEqual(created(decide({ ...settled(observation), refusals: [] })), ['Job/younger-fetch']);
  });

  it("records the end of a run in the Model only once the run's own status has it", () => {
    const refusals = [{ kind: 'Job', name: 'older-fetch', reason: 'Forbidden', message: 'exceeded quota' }];
    const ending = anObservation({ runs: [older], refusals, claim: aClaim() });
    const ended = settled(ending);
    assert.equal(ended.model?.status.lastFailedTime, undefined);
    // The operator was killed after it had written the Model and before it wrote the run.
    assert.equal(decide({ ...ending, model: ended.model, now: at(60) }).modelStatus, null);
    const known = settled({ ...ended, now: at(120) });
    assert.equal(known.model?.status.lastFailedTime, ended.runs[0]?.status.completionTime);
    assert.equal(decide({ ...known, now: at(180) }).modelStatus, null);
  });

  it('requeues at the earliest time of all its parts', () => {
    const job = aJob(older, 'Fetch');
    const pods = [aPendingPod(job, { unschedulable: 'no node' })];
    const requeueAt = (spec: typeof older.spec) =>
      decide(anObservation({ runs: [{ ...older, spec }], jobs: [job], pods, claim: aClaim() })).requeueAt;
    assert.equal(requeueAt(aSpec({ model: 'aapl' })), at(300));
    assert.equal(requeueAt(aSpec({ model: 'aapl', activeDeadlineSeconds: 60 })), at(60));
    assert.equal(decide(anObservation({ claim: aClaim() })).requeueAt, null);
  });
});

describe('the order of actions', () => {
  it('suspends the Job of a suspended run before the next run starts', () => {
    const next = aRun({ name: 'a', uid: 'a' });
    const suspended = aRun({ name: 'b', uid: 'b', spec: aSpec({ model: 'aapl', suspend: true }) });
    const jobs = [aJob(suspended, 'Fetch')];
    const { actions } = decide(anObservation({ runs: [next, suspended], jobs, claim: aClaim() }));
    const texts = actions.map(({ kind, type }) => `${kind} ${type.kind}`);
    assert.deepEqual(texts, ['Merge Job', 'Create Job']);
  });
});
