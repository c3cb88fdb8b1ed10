/** Properties of decisions about a run, for any state of its Jobs and pods. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type StageName, stageNames } from '../../../../src/api/artifacts.ts';
import { trainingRunStatusSchema } from '../../../../src/api/training-run.ts';
import { decideRun } from '../../../../src/controller/decide/run/decide-run.ts';
import type { RunDecision, RunInput } from '../../../../src/controller/decide/types.ts';
import type { JobResource, PodResource, RunResource } from '../../../../src/controller/observation.ts';
import { aJob, aModel, anEndedPod, aPod, aReport, aRun, aRunInput, aSpec, at } from '../../builders.ts';

const stageName = fc.constantFrom(...stageNames);
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.constant('x'.repeat(4096)));
const moment = fc.integer({ min: 0, max: 8000 }).map(at);

const message = fc.oneof(
  text,
  stageName.map(stage => JSON.stringify(aReport(stage))),
  fc.tuple(stageName, text, text).map(([stage, reason, text]) =>
    JSON.stringify({
      stage,
      state: 'Failed',
      kind: 'Transient',
      reason: reason || 'x',
      message: text,
      log: text,
    }),
  ),
);

const finished = fc.oneof(
  fc.constant(null),
  fc.record({
    type: fc.constantFrom('Complete' as const, 'Failed' as const),
    reason: fc.constantFrom('BackoffLimitExceeded', 'DeadlineExceeded', 'PodFailurePolicy', ''),
    message: text,
    at: moment,
  }),
);

const jobFields = fc.record({
  createdAt: moment,
  suspended: fc.boolean(),
  deleting: fc.boolean(),
  active: fc.nat(2),
  failed: fc.nat(3),
  finished,
});

const podFields = fc.record({
  createdAt: moment,
  deleting: fc.boolean(),
  disrupted: fc.option(text),
  unschedulable: fc.option(text),
  waiting: fc.option(fc.record({ reason: text, message: text })),
  running: fc.boolean(),
});

const end = fc.record({
  exitCode: fc.constantFrom(0, 0, 0, 1, 64, 65, 75, 137),
  reason: fc.constantFrom('Completed', 'Error', 'OOMKilled'),
  message,
  startedAt: fc.option(moment),
  finishedAt: fc.option(moment),
});

/** A Job of this run, or of a deleted run of the same name, with its pods. */
const family = (run: RunResource) =>
  fc
    .tuple(
      stageName,
      fc.boolean(),
      jobFields,
      fc.array(fc.tuple(podFields, fc.option(end, { freq: 3 })), { maxLength: 3 }),
      fc.option(fc.constant('verified'), { freq: 2 }),
    )
    .map(([stage, own, fields, pods, verified]) => {
      const job = aJob(own ? run : aRun({ uid: 'earlier' }), stage, fields);
      const made = pods.map(([pod, how], index): PodResource => {
        const name = `${job.name}-${index}`;
        return how === null
          ? aPod(job, { ...pod, name })
          : anEndedPod(job, how, { ...pod, name, running: false });
      });
      if (verified !== null)
        made.push(anEndedPod(job, { message: JSON.stringify(aReport(stage)) }, { name: `${job.name}-v` }));
      return { job, pods: made };
    });

const spec = fc
  .record({ suspend: fc.boolean(), deadline: fc.option(fc.constant(600)), ttl: fc.option(fc.constant(60)) })
  .map(({ suspend, deadline, ttl }) =>
    aSpec({
      model: 'aapl',
      suspend,
      ...(deadline === null ? {} : { activeDeadlineSeconds: deadline }),
      ...(ttl === null ? {} : { ttlSecondsAfterFinished: ttl }),
    }),
  );

/** A possible observation; Jobs have unique names. */
const look = fc.record({
  now: moment,
  spec: fc.oneof({ weight: 9, arbitrary: spec }, { weight: 1, arbitrary: fc.constant(null) }),
  families: fc.uniqueArray(family(aRun()), { maxLength: 4, selector: ({ job }) => job.stage }),
  model: fc.constantFrom(aModel(), aModel(), aModel(), aModel({ deleting: true }), null),
  blockedBy: fc.constantFrom(null, null, null, 'other'),
  refusals: fc.constantFrom(
    [],
    [],
    [],
    [{ kind: 'Job', name: 'aapl-1-fetch', reason: 'Invalid', message: 'no' }],
  ),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function inputOf(seen: Look, run: RunResource): RunInput {
  const { now, model, blockedBy, refusals, families } = seen;
  const jobs: JobResource[] = families.map(({ job }) => job);
  const pods = families.flatMap(({ pods: those }) => those);
  return aRunInput({ now, model, blockedBy, refusals, jobs, pods, run: { ...run, spec: seen.spec } });
}

/** A sequence of observations in any order, each with the status of the decision before, or one that was not written. */
function live(
  looks: readonly (readonly [Look, boolean])[],
  check: (input: RunInput, decision: RunDecision) => void,
) {
  let run = aRun();
  for (const [seen, isWritten] of looks) {
    const input = inputOf(seen, run);
    const decision = decideRun(input);
    check(input, decision);
    if (isWritten) run = { ...run, status: decision.status };
  }
}

const looks = fc.array(fc.tuple(look, fc.boolean()), { minLength: 1, maxLength: 8 });
const createdStages = ({ actions }: RunDecision) =>
  actions.flatMap(action =>
    action.kind === 'Create' && action.type.kind === 'Job'
      ? stageNames.filter(stage => action.object.metadata.name === `aapl-1-${stage.toLowerCase()}`)
      : [],
  );
const isDone = (status: RunDecision['status'], stage: StageName) =>
  ['Succeeded', 'Reused'].includes(status.stages?.find(({ name }) => name === stage)?.state ?? '');
const hasEnded = (run: Pick<RunResource, 'status'>) =>
  run.status.phase === 'Complete' || run.status.phase === 'Failed';
const options = { numRuns: 300 };

describe('any run, in any state', () => {
  it('has a valid status, and Events within their limit', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (_input, decision) => {
          trainingRunStatusSchema.parse(decision.status);
          for (const event of decision.events) assert.ok(event.message.length <= 1024);
          assert.ok(JSON.stringify(decision.status).length < 40_000);
        }),
      ),
      options,
    );
  });

  it('is decided the same way twice, and announces nothing new once the status is stored', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (input, decision) => {
          assert.deepEqual(decideRun(input), decision);
          const run = { ...input.run, status: decision.status };
          const again = decideRun({ ...input, run });
          // Its actions are not in the cache yet: repeating them is harmless, but they must not be announced again.
          if (decision.actions.length === 0) assert.deepEqual(again.status, decision.status);
          assert.deepEqual(again.events, []);
        }),
      ),
      options,
    );
  });

  it('starts a stage only when all before it have succeeded, one at a time', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (_input, decision) => {
          const created = createdStages(decision);
          assert.ok(created.length <= 1);
          for (const stage of created) {
            for (const earlier of stageNames.slice(0, stageNames.indexOf(stage)))
              assert.ok(isDone(decision.status, earlier));
          }
        }),
      ),
      options,
    );
  });

  it('starts nothing while it is suspended, queued, finished or being deleted', () => {
    fc.assert(
      fc.property(looks, fc.boolean(), (these, deleting) =>
        live(these, (input, decision) => {
          const { run, blockedBy } = input;
          if (run.spec?.suspend === true || blockedBy !== null || hasEnded(run) || hasEnded(decision)) {
            assert.deepEqual(createdStages(decision), []);
          }
          if (deleting) assert.deepEqual(decideRun({ ...input, run: { ...run, deleting } }).actions, []);
        }),
      ),
      options,
    );
  });

  it('never creates a Job that exists', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (input, decision) => {
          for (const stage of createdStages(decision)) {
            assert.ok(!input.jobs.some(job => job.stage === stage), stage);
          }
        }),
      ),
      options,
    );
  });

  it('never changes once it is finished', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (input, decision) => {
          if (hasEnded(input.run)) assert.deepEqual(decision.status, input.run.status);
        }),
      ),
      options,
    );
  });

  it('never reverts a stage that has succeeded', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, (input, decision) => {
          for (const stage of input.run.status.stages ?? []) {
            if (!isDone(input.run.status, stage.name)) continue;
            assert.deepEqual(
              decision.status.stages?.find(({ name }) => name === stage.name),
              stage,
            );
          }
        }),
      ),
      options,
    );
  });

  it('is requeued in the future, unless it acts now', () => {
    fc.assert(
      fc.property(looks, these =>
        live(these, ({ now }, { requeueAt, actions }) => {
          if (requeueAt !== null && actions.length === 0) assert.ok(requeueAt > now);
        }),
      ),
      options,
    );
  });
});
