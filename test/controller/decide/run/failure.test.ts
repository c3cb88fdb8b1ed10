import assert from 'node:assert/strict';
import type {
  JobResource,
  PodResource,
  Refusal,
  RunResource,
} from '../../../../src/controller/observation.ts';
import {
  aJob,
  aModel,
  anEndedPod,
  aPendingPod,
  aPod,
  aReport,
  aRun,
  aSpec,
  aSucceededPod,
  at,
} from '../../builders.ts';
import {
  actionsOf,
  conditionOf,
  decided,
  eventsOf,
  messageOf,
  runAt,
  stageOf,
  statesOf,
  written,
} from './views.ts';

const report = (reason: string, message = 'why', log?: string) =>
  JSON.stringify({ stage: 'Train', state: 'Failed', kind: 'Permanent', reason, message, log });
const jobFailed = (reason: string, message = '') => ({
  finished: { type: 'Failed' as const, reason, message, at: at(0) },
});

interface Fields {
  job?: Partial<JobResource>;
  pods?: (job: JobResource) => PodResource[];
  run?: Partial<RunResource>;
}

function inTrain({ job: fields = {}, pods = () => [], run: runFields = {} }: Fields, now = at(10)) {
  const run = runAt('Train', runFields);
  const job = aJob(run, 'Train', fields);
  return decided({ now, run, jobs: [job], pods: pods(job) });
}

const attempts = (job: JobResource, ...ends: Parameters<typeof anEndedPod>[1][]) =>
  ends.map((end, index) => anEndedPod(job, end, { name: `try-${index}`, createdAt: at(index) }));

describe('a stage that fails', () => {
  const table: [string, Fields, string, RegExp][] = [
    [
      'for a report of a permanent failure',
      { pods: job => attempts(job, { exitCode: 65, message: report('UnknownSymbol', 'no such symbol') }) },
      'UnknownSymbol',
      /^Train failed after 1 attempt: no such symbol \(exit code 65\)$/,
    ],
    [
      'for a permanent exit code without a report',
      { pods: job => attempts(job, { exitCode: 64, message: 'bad flag' }) },
      'ExitCode64',
      /exit code 64\.\nLast lines of its log:\nbad flag$/,
    ],
    [
      'for the cause of its last attempt',
      {
        job: jobFailed('BackoffLimitExceeded'),
        pods: job =>
          attempts(
            job,
            { exitCode: 1 },
            { exitCode: 1 },
            { exitCode: 75, message: report('RateLimited', 'Yahoo says 429') },
          ),
      },
      'RateLimited',
      /after 3 attempts: Yahoo says 429 \(exit code 75\)/,
    ],
    [
      'when it is out of memory, with the limit',
      {
        run: {
          spec: aSpec({
            model: 'aapl',
            stages: [{ name: 'Train', resources: { limits: { memory: '300Mi' } } }],
          }),
        },
        job: jobFailed('BackoffLimitExceeded'),
        pods: job => attempts(job, { exitCode: 137, reason: 'OOMKilled' }),
      },
      'OOMKilled',
      /300Mi.*stage Train in spec\.stages/,
    ],
    [
      'for a signal, with the end of the log',
      {
        job: jobFailed('BackoffLimitExceeded'),
        pods: job => attempts(job, { exitCode: 137, message: 'working\nstill working' }),
      },
      'ExitCode137',
      /exit code 137 \(signal 9\)\.\nLast lines of its log:\nworking\nstill working$/,
    ],
    [
      'with the log in its report',
      {
        pods: job =>
          attempts(job, { exitCode: 66, message: report('InputAltered', 'digest differs', 'a\nb') }),
      },
      'InputAltered',
      /digest differs \(exit code 66\)\nLast lines of its log:\na\nb$/,
    ],
    [
      'at its deadline',
      { job: jobFailed('DeadlineExceeded', 'Job was active longer') },
      'DeadlineExceeded',
      /activeDeadlineSeconds of 3600/,
    ],
    [
      'at its deadline, while a pod is still ending',
      { job: jobFailed('DeadlineExceeded'), pods: job => [aPod(job)] },
      'DeadlineExceeded',
      /activeDeadlineSeconds/,
    ],
    [
      'when its pods are gone',
      {
        job: {
          ...jobFailed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
          failed: 3,
        },
      },
      'BackoffLimitExceeded',
      /after 3 attempts: Job aapl-1-train failed and its pods are gone: Job has reached/,
    ],
    [
      'for its podFailurePolicy, when its pods are gone',
      { job: jobFailed('PodFailurePolicy', 'Container stage failed with exit code 65') },
      'PodFailurePolicy',
      /exit code 65/,
    ],
    [
      'for a failure exit code with a report of success',
      { pods: job => attempts(job, { exitCode: 66, message: JSON.stringify(aReport('Train')) }) },
      'ExitCode66',
      /exit code 66/,
    ],
    [
      'without an exit code',
      {
        job: jobFailed('BackoffLimitExceeded'),
        pods: job => [aPod(job, { phase: 'Failed', running: false })],
      },
      'PodFailed',
      /without an exit code/,
    ],
    [
      "for the kubelet's failure of the pod, whatever the container's exit code",
      {
        job: jobFailed('BackoffLimitExceeded'),
        pods: job => [
          anEndedPod(
            job,
            { exitCode: 137 },
            { failure: { reason: 'Evicted', message: 'used too much disk' } },
          ),
        ],
      },
      'Evicted',
      /after 1 attempt: .*Evicted.*used too much disk/,
    ],
    [
      'for a pod that the kubelet rejected',
      {
        job: jobFailed('BackoffLimitExceeded'),
        pods: job => [
          aPod(job, { phase: 'Failed', running: false, failure: { reason: 'OutOfcpu', message: '' } }),
        ],
      },
      'OutOfcpu',
      /OutOfcpu/,
    ],
  ];
  for (const [title, fields, reason, message] of table) {
    it(`fails the run ${title}`, () => {
      const decision = inTrain(fields);
      assert.equal(decision.status.phase, 'Failed');
      assert.equal(conditionOf(decision, 'Failed'), `True ${reason}`);
      assert.equal(conditionOf(decision, 'Complete'), `False ${reason}`);
      assert.equal(conditionOf(decision, 'Promoted'), 'False RunFailed');
      assert.match(messageOf(decision, 'Failed'), message);
      assert.equal(statesOf(decision), 'Succeeded Succeeded Failed Skipped');
      assert.equal(stageOf(decision, 'Train')?.reason, reason);
      assert.equal(decision.status.completionTime, '2026-11-23T12:00:10Z');
      assert.deepEqual(eventsOf(decision), ['Warning StageFailed', 'Warning Failed']);
      assert.deepEqual(actionsOf(decision), []);
    });
  }

  it('keeps only the last complete lines of a long log', () => {
    const log = Array.from({ length: 400 }, (_, index) => `line ${index}`).join('\n');
    const decision = inTrain({ pods: job => attempts(job, { exitCode: 65, message: log }) });
    const message = stageOf(decision, 'Train')?.message ?? '';
    assert.ok(message.length < 2000);
    assert.match(message, /log:\nline \d+\n[\s\S]*line 399$/);
  });

  it('has no lone surrogates, which the API server would replace', () => {
    const log = `${'x'.repeat(10)}${'😀'.repeat(1000)}y`;
    const decision = inTrain({ pods: job => attempts(job, { exitCode: 65, message: log }) });
    assert.ok(stageOf(decision, 'Train')?.message?.isWellFormed());
    const message = report('NoData', '😀'.repeat(1000));
    const reported = inTrain({ pods: job => attempts(job, { exitCode: 65, message }) });
    assert.ok(stageOf(reported, 'Train')?.message?.isWellFormed());
  });

  it('replaces a reason that a condition cannot hold', () => {
    const decision = inTrain({
      pods: job => attempts(job, { exitCode: 65, message: report('not CamelCase!') }),
    });
    assert.equal(conditionOf(decision, 'Failed'), 'True StageFailed');
  });

  it('waits for the end of a pod that the Job controller has seen already', () => {
    const decision = inTrain({ job: jobFailed('BackoffLimitExceeded'), pods: job => [aPod(job)] });
    assert.equal(decision.status.phase, 'Running');
  });

  it('waits ten seconds for the failed pods, which have the cause', () => {
    const job = { finished: { ...jobFailed('BackoffLimitExceeded').finished, at: at(1) } };
    const decision = inTrain({ job });
    assert.equal(decision.status.phase, 'Running');
    assert.equal(decision.requeueAt, at(11));
    assert.equal(inTrain({ job }, at(11)).status.phase, 'Failed');
  });

  it('stays failed, whatever the state of its Job and pods', () => {
    const failed = inTrain({ pods: job => attempts(job, { exitCode: 65 }) });
    const run = written(runAt('Train'), failed);
    const job = aJob(run, 'Train', { finished: { type: 'Complete', reason: '', message: '', at: at(0) } });
    const decision = decided({ now: at(20), run, jobs: [job], pods: [aSucceededPod(job)] });
    assert.deepEqual(decision.status, run.status);
    assert.deepEqual([decision.actions, decision.events, decision.notes], [[], [], []]);
  });
});

describe('a transient failure', () => {
  const once = (job: JobResource) => attempts(job, { exitCode: 75, message: report('RateLimited', '429') });

  it('is reported, and retried by the Job', () => {
    const decision = inTrain({ pods: once });
    assert.equal(decision.status.phase, 'Running');
    assert.equal(stageOf(decision, 'Train')?.reason, 'RateLimited');
    assert.equal(stageOf(decision, 'Train')?.attempts, 1);
    assert.match(stageOf(decision, 'Train')?.message ?? '', /^Attempt 1 of 3 failed .*: 429/);
    assert.deepEqual(eventsOf(decision), ['Warning StageRetrying']);
    assert.deepEqual(actionsOf(decision), []);
  });

  it('is reported once for each attempt', () => {
    const first = inTrain({ pods: once });
    const run = written(runAt('Train'), first);
    const job = aJob(run, 'Train');
    const running = aPod(job, { name: 'try-9', createdAt: at(30) });
    const again = decided({ now: at(30), run, jobs: [job], pods: [...once(job), running] });
    assert.deepEqual([again.status, again.events], [run.status, []]);
    const twice = attempts(job, { exitCode: 75 }, { exitCode: 1 });
    const second = decided({ now: at(60), run, jobs: [job], pods: twice });
    assert.deepEqual(eventsOf(second), ['Warning StageRetrying']);
    assert.match(stageOf(second, 'Train')?.message ?? '', /^Attempt 2 of 3/);
  });

  it('is removed from the status after a success, except for the count', () => {
    const run = written(runAt('Train'), inTrain({ pods: once }));
    const job = aJob(run, 'Train');
    const decision = decided({
      run,
      jobs: [job],
      pods: [...once(job), { ...aSucceededPod(job), createdAt: at(40) }],
    });
    const stage = stageOf(decision, 'Train');
    assert.deepEqual(
      [stage?.state, stage?.attempts, stage?.reason, stage?.message],
      ['Succeeded', 2, undefined, undefined],
    );
  });

  it('is not reported as retried after the last attempt', () => {
    const pods = (job: JobResource) => attempts(job, { exitCode: 1 }, { exitCode: 1 }, { exitCode: 1 });
    const decision = inTrain({ pods });
    assert.equal(decision.status.phase, 'Running');
    assert.deepEqual(eventsOf(decision), []);
  });

  for (const [title, fields] of [
    ['drained', { disrupted: 'TerminationByKubelet' }],
    ['deleted', { deleting: true }],
  ] as const) {
    it(`does not count a pod that was ${title}`, () => {
      const decision = inTrain({ pods: job => [anEndedPod(job, { exitCode: 65 }, fields)] });
      assert.equal(decision.status.phase, 'Running');
      assert.equal(stageOf(decision, 'Train')?.attempts, undefined);
      assert.deepEqual(eventsOf(decision), []);
    });
  }
});

describe('a lost Job', () => {
  it('is created again if the API server confirms that the run exists', () => {
    const run = runAt('Train');
    const decision = decided({ now: at(10), run });
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-train']);
    const [create] = decision.actions;
    assert.equal(create?.kind === 'Create' && create.confirmOwner, run.resourceVersion);
    assert.equal(stageOf(decision, 'Train')?.relaunches, 1);
    assert.equal(statesOf(decision), 'Succeeded Succeeded Running Pending');
  });

  const complete = {
    finished: { type: 'Complete' as const, reason: 'Completed', message: '', at: at(0) },
    succeeded: 1,
  };
  for (const [title, pods] of [
    ['its pod gone', () => []],
    ['no report', (job: JobResource) => attempts(job, { message: 'done' })],
    [
      'a report without digests',
      (job: JobResource) => attempts(job, { message: '{"stage":"Train","state":"Succeeded"}' }),
    ],
  ] as [string, (job: JobResource) => PodResource[]][]) {
    it(`is deleted when it is Complete with ${title}`, () => {
      const decision = inTrain({ job: complete, pods });
      assert.deepEqual(actionsOf(decision), ['Delete Job aapl-1-train uid-of-uid-of-run-aapl-1-Train']);
      assert.equal(stageOf(decision, 'Train')?.reason, 'ReportMissing');
    });
  }

  it('is not deleted while its pod has not ended in the cache', () => {
    assert.deepEqual(actionsOf(inTrain({ job: complete, pods: job => [aPod(job)] })), []);
  });

  it('is not deleted within ten seconds if its pod is not in the cache', () => {
    const justNow = { ...complete, finished: { ...complete.finished, at: at(1) } };
    const decision = inTrain({ job: justNow });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(decision.status.phase, 'Running');
    assert.equal(decision.requeueAt, at(11));
    assert.deepEqual(actionsOf(inTrain({ job: justNow }, at(11))), [
      'Delete Job aapl-1-train uid-of-uid-of-run-aapl-1-Train',
    ]);
  });

  it('is not deleted within ten seconds if only an earlier attempt is in the cache', () => {
    const justNow = { ...complete, finished: { ...complete.finished, at: at(1) }, failed: 1 };
    const decision = inTrain({ job: justNow, pods: job => attempts(job, { exitCode: 1 }) });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(decision.status.phase, 'Running');
    assert.equal(decision.requeueAt, at(11));
  });

  it('has not failed within ten seconds while its last attempt is not in the cache', () => {
    const finished = { type: 'Failed' as const, reason: 'BackoffLimitExceeded', message: '', at: at(1) };
    const decision = inTrain({ job: { finished, failed: 2 }, pods: job => attempts(job, { exitCode: 1 }) });
    assert.equal(decision.status.phase, 'Running');
    assert.equal(decision.requeueAt, at(11));
  });

  it('is not replaced while it is being deleted', () => {
    const decision = inTrain({ job: { ...complete, deleting: true } });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(stageOf(decision, 'Train')?.reason, 'JobDeleted');
  });

  for (const [title, jobs] of [
    ['a Job', []],
    ['a report', [complete]],
  ] as const) {
    it(`fails the run when ${title} is lost a fourth time`, () => {
      const fresh = runAt('Train');
      const stages = fresh.status.stages?.map(stage =>
        stage.name === 'Train' ? { ...stage, relaunches: 3 } : stage,
      );
      const run = { ...fresh, status: { ...fresh.status, stages } };
      const decision = decided({ now: at(10), run, jobs: jobs.map(fields => aJob(run, 'Train', fields)) });
      assert.equal(conditionOf(decision, 'Failed'), 'True ReportMissing');
      assert.deepEqual(actionsOf(decision), []);
    });
  }

  it('is created again only when the last pod of the earlier Job has ended, also that of a deleted run', () => {
    for (const owner of [aRun(), aRun({ uid: 'earlier' })]) {
      const pod = aPod(aJob(owner, 'Train', { uid: 'gone' }), { deleting: true });
      const waiting = decided({ now: at(10), run: runAt('Train'), pods: [pod] });
      assert.deepEqual(actionsOf(waiting), []);
      assert.equal(stageOf(waiting, 'Train')?.reason, 'PodEnding');
      assert.match(messageOf(waiting, 'Complete'), /Pod aapl-1-train-x /);
      const ended = anEndedPod(aJob(owner, 'Train', { uid: 'gone' }), { exitCode: 143 }, { deleting: true });
      const again = decided({ now: at(10), run: runAt('Train'), pods: [ended] });
      assert.deepEqual(actionsOf(again), ['Create Job aapl-1-train']);
    }
  });

  it('is not created beside that of a later stage, created before a status was lost', () => {
    const run = runAt('Train');
    const later = aPod(aJob(run, 'Evaluate'));
    const decision = decided({ now: at(10), run, jobs: [aJob(run, 'Evaluate')], pods: [later] });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(stageOf(decision, 'Train')?.reason, 'PodEnding');
  });

  it('is ignored when it belongs to a deleted run of the same name, and blocks the stage until it is gone', () => {
    const leftover = aJob(aRun({ uid: 'earlier' }), 'Fetch');
    const decision = decided({ jobs: [leftover], pods: [aSucceededPod(leftover)] });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(decision.status.phase, 'Pending');
    assert.match(messageOf(decision, 'Complete'), /Job aapl-1-fetch /);
    assert.deepEqual(eventsOf(decision), []);
    const gone = decided({ now: at(5), run: written(aRun(), decision) });
    assert.deepEqual(actionsOf(gone), ['Create Job aapl-1-fetch']);
    assert.equal(stageOf(gone, 'Fetch')?.reason, undefined);
  });
});

describe('a stage whose Job has no pod', () => {
  const run = runAt('Train');
  const job = aJob(run, 'Train', { active: 0 });
  const without = (now: number, text?: string) =>
    decided({ now, run, jobs: [job], podFailures: new Map(text === undefined ? [] : [[job.uid, text]]) });

  it('is looked at again soon, to see why', () => {
    assert.equal(without(at(1)).requeueAt, at(2));
    assert.equal(without(at(2)).requeueAt, at(7));
    assert.equal(without(at(298)).requeueAt, at(300));
  });

  for (const [text, reason, message] of [
    [
      'Error creating: pods "a-x1" is forbidden: error looking up service account n/nope: serviceaccount "nope" not found',
      'PodRefused',
      /^Train: its pod cannot be created: error looking up service account n\/nope: serviceaccount "nope" not found/,
    ],
    [
      'Error creating: pods "a-x1" is forbidden: no PriorityClass with name high was found',
      'PodRefused',
      /no PriorityClass with name high/,
    ],
    [
      'Error creating: pods "a-x1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
      'QuotaExceeded',
      /exceeded quota: q/,
    ],
  ] as const) {
    it(`reports ${reason} at once, and at the start deadline`, () => {
      const waiting = without(at(3), text);
      assert.equal(conditionOf(waiting, 'Failed'), `Unknown ${reason}`);
      assert.match(messageOf(waiting, 'Complete'), message);
      assert.equal(waiting.requeueAt, at(8));
      const failed = without(at(300), text);
      assert.equal(conditionOf(failed, 'Failed'), `True ${reason}`);
      assert.match(messageOf(failed, 'Failed'), /startDeadlineSeconds \(300 s\)/);
    });
  }
});

describe('a stage whose pod cannot mount a volume', () => {
  const run = runAt('Fetch');
  const job = aJob(run, 'Fetch');
  const pod = aPendingPod(job, { waiting: { reason: 'ContainerCreating', message: '' } });
  const text = 'MountVolume.SetUp failed for volume "bars" : configmap "my-bars" not found';
  const starting = (now: number, failure?: string, fields: Partial<PodResource> = {}) =>
    decided({
      now,
      run,
      jobs: [job],
      pods: [{ ...pod, ...fields }],
      podFailures: new Map(failure === undefined ? [] : [[pod.uid, failure]]),
    });

  it('is looked at again soon, to see why', () => {
    assert.equal(starting(at(1)).requeueAt, at(2));
    assert.equal(starting(at(2)).requeueAt, at(7));
    assert.equal(starting(at(298)).requeueAt, at(300));
  });

  it('is not, while the status of the pod explains it', () => {
    const waiting = { reason: 'ErrImagePull', message: 'no such image' };
    assert.equal(starting(at(3), undefined, { waiting }).requeueAt, at(300));
    assert.equal(starting(at(3), undefined, { unschedulable: 'no node' }).requeueAt, at(300));
  });

  it('reports the cause at once, and at the start deadline', () => {
    const waiting = starting(at(3), text);
    assert.equal(conditionOf(waiting, 'Failed'), 'Unknown VolumeMissing');
    assert.match(messageOf(waiting, 'Complete'), /configmap "my-bars" not found/);
    assert.equal(waiting.requeueAt, at(8));
    const failed = starting(at(300), text);
    assert.equal(conditionOf(failed, 'Failed'), 'True VolumeMissing');
    assert.match(
      messageOf(failed, 'Failed'),
      /startDeadlineSeconds \(300 s\): its volume cannot be mounted: .*my-bars/,
    );
  });

  it('forgets it once the pod runs', () => {
    const blocked = { ...run, ...written(run, starting(at(3), text)) };
    const decision = decided({ now: at(9), run: blocked, jobs: [job], pods: [aPod(job)] });
    assert.equal(stageOf(decision, 'Fetch')?.reason, undefined);
  });
});

describe('a run that cannot proceed', () => {
  const refusal = (reason: string) => [{ kind: 'Job', name: 'aapl-1-fetch', reason, message: 'bad label' }];

  for (const [reason, expected] of [
    ['Invalid', 'InvalidPodTemplate'],
    ['Forbidden', 'JobRefused'],
  ] as const) {
    it(`fails when the API server refuses its Job with ${reason}`, () => {
      const decision = decided({ refusals: refusal(reason) });
      assert.equal(conditionOf(decision, 'Failed'), `True ${expected}`);
      assert.match(messageOf(decision, 'Failed'), /bad label/);
      assert.deepEqual(actionsOf(decision), []);
    });
  }

  describe('when its Job is refused for a cause that may end by itself', () => {
    const message = 'jobs.batch "aapl-1-fetch" is forbidden: exceeded quota: small';
    const refusals: Refusal[] = [
      { kind: 'Job', name: 'aapl-1-fetch', reason: 'Forbidden', message, temporary: 'QuotaExceeded' },
    ];
    const first = decided({ refusals });
    const waiting = written(aRun(), first);

    it("waits, with the API server's message in the condition", () => {
      assert.equal(conditionOf(first, 'Failed'), 'Unknown QuotaExceeded');
      assert.match(messageOf(first, 'Complete'), /^Fetch: .*exceeded quota: small.*12:05:00Z/);
      assert.equal(stageOf(first, 'Fetch')?.refusedSince, '2026-11-23T12:00:00Z');
      assert.deepEqual([actionsOf(first), first.requeueAt], [[], at(2)]);
    });

    for (const [now, next] of [
      [10, 15],
      [100, 150],
      [160, 220],
      [290, 300],
    ] as const) {
      it(`waits longer between attempts: after ${now} s until ${next} s`, () => {
        const decision = decided({ run: waiting, refusals, now: at(now) });
        assert.deepEqual([decision.status, decision.requeueAt], [first.status, at(next)]);
      });
    }

    it('creates its Job once it is accepted', () => {
      const decision = decided({ run: waiting, now: at(60) });
      assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-fetch']);
      const { state, reason, refusedSince } = stageOf(decision, 'Fetch') ?? {};
      assert.deepEqual([state, reason, refusedSince], ['Running', undefined, undefined]);
      assert.equal(decision.status.startTime, '2026-11-23T12:01:00Z');
    });

    it('fails at the start deadline with the message', () => {
      const decision = decided({ run: waiting, refusals, now: at(300) });
      assert.equal(conditionOf(decision, 'Failed'), 'True QuotaExceeded');
      assert.match(messageOf(decision, 'Failed'), /startDeadlineSeconds \(300 s\).*exceeded quota: small/);
    });

    it('starts the deadline again after a suspension', () => {
      const spec = aSpec({ model: 'aapl', suspend: true });
      const suspended = decided({ run: { ...waiting, spec }, now: at(200) });
      const resumed = decided({ run: written(aRun(), suspended), refusals, now: at(1000) });
      assert.equal(stageOf(resumed, 'Fetch')?.refusedSince, '2026-11-23T12:16:40Z');
    });
  });

  for (const [temporary, reason] of [
    ['AdmissionUnavailable', 'AdmissionUnavailable'],
    [undefined, 'ModelRefused'],
  ] as const) {
    it(`reports that its Model is refused: ${reason}`, () => {
      const refusal = { kind: 'Model', name: 'aapl', reason: 'InternalError', message: 'no webhook' };
      const refusals = [{ ...refusal, ...(temporary && { temporary }) }];
      const decision = decided({ model: null, refusals });
      assert.equal(conditionOf(decision, 'Complete'), `Unknown ${reason}`);
      assert.match(messageOf(decision, 'Complete'), /no webhook/);
      assert.deepEqual(actionsOf(decision), ['Create Model aapl']);
    });
  }

  it('waits for a name that another owner has', () => {
    const decision = decided({ refusals: refusal('NameTaken') });
    assert.equal(decision.status.phase, 'Pending');
    assert.deepEqual([decision.actions, decision.requeueAt], [[], at(5)]);
  });

  it('fails for an invalid spec, naming the field', () => {
    const decision = decided({ run: aRun({ spec: null, problems: ['seed: must be a number'] }) });
    assert.equal(conditionOf(decision, 'Failed'), 'True InvalidSpec');
    assert.match(messageOf(decision, 'Failed'), /seed: must be a number/);
    assert.equal(statesOf(decision), 'Skipped Skipped Skipped Skipped');
    assert.deepEqual(eventsOf(decision), ['Warning Failed']);
  });

  it('fails for a name that is not valid for a Model', () => {
    const decision = decided({ run: aRun({ name: 'a.b', model: 'a.b', spec: aSpec() }), model: null });
    assert.equal(conditionOf(decision, 'Failed'), 'True InvalidSpec');
    assert.deepEqual(actionsOf(decision), []);
  });

  it('fails when its Model is deleted, and suspends its Job', () => {
    for (const model of [null, aModel({ deleting: true })]) {
      const run = runAt('Train');
      const job = aJob(run, 'Train');
      const decision = decided({ run, model, jobs: [job], pods: [aPod(job)] });
      assert.equal(conditionOf(decision, 'Failed'), 'True ModelDeleted');
      assert.deepEqual(actionsOf(decision), ['Suspend aapl-1-train']);
      assert.equal(statesOf(decision), 'Succeeded Succeeded Failed Skipped');
    }
  });

  it('fails exactly at its own deadline, and suspends its Job', () => {
    const run = runAt('Train', { spec: aSpec({ model: 'aapl', activeDeadlineSeconds: 100 }) });
    const job = aJob(run, 'Train');
    const pods = [aPod(job)];
    const before = decided({ now: at(100) - 1, run, jobs: [job], pods });
    assert.deepEqual([before.status.phase, before.requeueAt], ['Running', at(100)]);
    const decision = decided({ now: at(100), run, jobs: [job], pods });
    assert.equal(conditionOf(decision, 'Failed'), 'True RunDeadlineExceeded');
    assert.deepEqual(actionsOf(decision), ['Suspend aapl-1-train']);
    // Repeated until the Job is suspended in the cache.
    assert.deepEqual(actionsOf(decided({ now: at(101), run: written(run, decision), jobs: [job], pods })), [
      'Suspend aapl-1-train',
    ]);
  });

  it('is Complete when its last stage had succeeded by then', () => {
    const run = runAt('Evaluate', { spec: aSpec({ model: 'aapl', activeDeadlineSeconds: 100 }) });
    const job = aJob(run, 'Evaluate');
    const decision = decided({ now: at(200), run, jobs: [job], pods: [aSucceededPod(job)] });
    assert.equal(decision.status.phase, 'Complete');
  });
});

describe('a pod that does not start', () => {
  const pending = (fields: Partial<PodResource>) => (job: JobResource) => [aPendingPod(job, fields)];
  const waiting = (reason: string, message = 'details') => pending({ waiting: { reason, message } });
  const table: [string, Fields, string, RegExp][] = [
    [
      'its image cannot be pulled',
      { pods: waiting('ImagePullBackOff', 'Back-off pulling image "x"') },
      'ImagePullFailed',
      /Back-off pulling image "x"/,
    ],
    [
      'its image does not exist',
      { pods: waiting('ErrImagePull', 'not found') },
      'ImagePullFailed',
      /not found/,
    ],
    [
      'its container cannot be created',
      { pods: waiting('CreateContainerConfigError', 'secret "x" not found') },
      'CreateContainerConfigError',
      /secret "x" not found/,
    ],
    [
      'it cannot be scheduled',
      { pods: pending({ unschedulable: '0/1 nodes are available: Insufficient cpu.' }) },
      'Unschedulable',
      /Insufficient cpu/,
    ],
    [
      'its claim is missing',
      { pods: pending({ unschedulable: 'persistentvolumeclaim "aapl-artifacts" not found' }) },
      'VolumeMissing',
      /"aapl-artifacts" not found/,
    ],
  ];
  for (const [title, fields, reason, pattern] of table) {
    it(`reports that ${title}, and fails at the deadline`, () => {
      const early = inTrain(fields, at(299));
      assert.equal(early.status.phase, 'Running');
      assert.equal(stageOf(early, 'Train')?.reason, reason);
      assert.match(stageOf(early, 'Train')?.message ?? '', pattern);
      assert.match(stageOf(early, 'Train')?.message ?? '', /2026-11-23T12:05:00Z/);
      assert.equal(early.requeueAt, at(300));
      const late = inTrain(fields, at(300));
      assert.equal(conditionOf(late, 'Failed'), `True ${reason}`);
      assert.match(messageOf(late, 'Failed'), pattern);
      assert.match(messageOf(late, 'Failed'), /startDeadlineSeconds \(300 s\)/);
      assert.deepEqual(actionsOf(late), ['Suspend aapl-1-train']);
    });
  }

  for (const [title, fields, pattern] of [
    ['the kubelet reports no cause', { pods: waiting('ContainerCreating', '') }, /kubectl describe pod/],
    ['its Job cannot create one', { job: { active: 0 } }, /kubectl describe job aapl-1-train/],
  ] as [string, Fields, RegExp][]) {
    it(`fails the stage when ${title}, and reports nothing before`, () => {
      const early = inTrain(fields, at(299));
      assert.deepEqual(early.status, runAt('Train').status);
      assert.equal(early.requeueAt, at(300));
      const late = inTrain(fields, at(300));
      assert.equal(conditionOf(late, 'Failed'), 'True StartDeadlineExceeded');
      assert.match(messageOf(late, 'Failed'), pattern);
    });
  }

  for (const [cause, first, second] of [
    ['an image error', waiting('ErrImagePull', 'not found'), waiting('ImagePullBackOff', 'back-off')],
    ['a full cluster', pending({ unschedulable: '0/1 nodes' }), pending({ unschedulable: '0/2 nodes' })],
  ] as const) {
    it(`is written once while the message of ${cause} changes, and again for another pod`, () => {
      const run = written(runAt('Train'), inTrain({ pods: first }));
      const job = aJob(run, 'Train');
      assert.deepEqual(decided({ now: at(20), run, jobs: [job], pods: second(job) }).status, run.status);
      const pods = second(job).map(pod => ({ ...pod, createdAt: at(15) }));
      const another = decided({ now: at(20), run, jobs: [job], pods });
      assert.match(stageOf(another, 'Train')?.message ?? '', /2026-11-23T12:05:15Z/);
    });
  }

  it('is removed from the status once it has started', () => {
    const run = written(runAt('Train'), inTrain({ pods: waiting('ErrImagePull') }));
    const job = aJob(run, 'Train');
    const decision = decided({ now: at(400), run, jobs: [job], pods: [aPod(job)] });
    assert.equal(stageOf(decision, 'Train')?.reason, undefined);
    assert.deepEqual([decision.status.phase, decision.requeueAt], ['Running', null]);
  });

  it('counts from the creation of the newest pod', () => {
    const pods = (job: JobResource) => [
      anEndedPod(job, { exitCode: 75 }),
      aPendingPod(job, { name: 'second', createdAt: at(200), unschedulable: 'no' }),
    ];
    assert.equal(inTrain({ pods }, at(400)).requeueAt, at(500));
    const decision = inTrain({ pods }, at(500));
    assert.equal(conditionOf(decision, 'Failed'), 'True Unschedulable');
    assert.match(messageOf(decision, 'Failed'), /^Train failed after 1 attempt: its pod did not start/);
  });

  it('has no start deadline between two attempts, while the Job backs off', () => {
    const decision = inTrain(
      { job: { active: 0, failed: 1 }, pods: job => attempts(job, { exitCode: 75 }) },
      at(900),
    );
    assert.deepEqual([decision.status.phase, decision.requeueAt], ['Running', null]);
  });
});

describe('a run of version 0.1 with a file of the pod', () => {
  const local = aSpec({ model: 'aapl', data: { source: 'File', path: '/artifacts/other/bars.csv' } });

  it('fails before its first Job, with what to do', () => {
    const decision = decided({ run: aRun({ spec: local }), model: aModel() });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(conditionOf(decision, 'Failed'), 'True InvalidSpec');
    assert.match(messageOf(decision, 'Failed'), /^spec\.data\.path is for local runs: .*data\.volume/);
  });

  it('fails while Fetch has not succeeded, and its Job is suspended', () => {
    const run = { ...runAt('Fetch'), spec: local };
    const job = aJob(run, 'Fetch');
    const decision = decided({ run, jobs: [job], pods: [aPod(job)], model: aModel() });
    assert.deepEqual(actionsOf(decision), [`Suspend ${job.name}`]);
    assert.equal(conditionOf(decision, 'Failed'), 'True InvalidSpec');
  });

  it('continues when Fetch has succeeded, and stays as it is when it has finished', () => {
    const run = { ...runAt('Train'), spec: local };
    const job = aJob(run, 'Train');
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job)], model: aModel() });
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-evaluate']);
    for (const type of ['Complete', 'Failed']) {
      const status = { observedGeneration: 1, conditions: [{ ...ended, type }] };
      const after = decided({ run: aRun({ spec: local, status }), model: aModel() });
      assert.deepEqual([after.status, after.actions, after.events], [status, [], []]);
    }
  });
});

const ended = {
  type: 'Complete',
  status: 'True' as const,
  reason: 'StagesSucceeded',
  message: '',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-23T12:00:00Z',
};
