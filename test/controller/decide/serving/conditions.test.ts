import assert from 'node:assert/strict';
import { modelStatusSchema } from '../../../../src/api/model.ts';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import type { ServingInput } from '../../../../src/controller/decide/types.ts';
import type { ContainerEnd, PodResource } from '../../../../src/controller/observation.ts';
import { aClaim, aModel, aServer, at } from '../../builders.ts';
import {
  anInput,
  carriedOut,
  challenged,
  childOf,
  condition,
  one,
  promotionOf,
  rolloutOf,
  settled,
  specOf,
  statusAfter,
  two,
} from './builders.ts';

const none = { readyReplicas: 0, availableReplicas: 0 };

/** Version `one` during the first rollout, with one server in the given state. */
function first(pod: Partial<PodResource> = {}, serving = {}): ServingInput {
  const input = anInput({ model: aModel({ spec: specOf(serving) }) });
  return {
    ...carriedOut(input, decideServing(input), none),
    pods: [aServer(one, { ready: false, phase: 'Pending', running: false, ...pod })],
  };
}

const ended = (fields: Partial<ContainerEnd>): ContainerEnd => ({
  exitCode: 66,
  reason: 'Error',
  message: '',
  startedAt: null,
  finishedAt: null,
  ...fields,
});

const waiting = (reason: string, message = '') => ({ waiting: { reason, message } });

/** Version `two` is the champion and applied, none of its servers is ready, and `one` still serves. */
function rolling(fields: Partial<ServingInput> = {}): ServingInput {
  const input = challenged(settled());
  return {
    ...carriedOut(input, decideServing(input), { replicas: 2, updatedReplicas: 1, availableReplicas: 1 }),
    pods: [aServer(one), aServer(two, { name: 'aapl-new', ready: false })],
    ...fields,
  };
}

const refused = (kind: string, reason: string, message = 'no') => ({ kind, name: 'aapl', reason, message });

type Row = [string, ServingInput, 'True' | 'False', string, RegExp?];

const ready: Row[] = [
  ['before the first promotion', anInput({ promotion: promotionOf(null) }), 'False', 'NoChampion'],
  ['just promoted', anInput(), 'False', 'Unavailable'],
  [
    'a server that starts',
    first(waiting('ContainerCreating')),
    'False',
    'Unavailable',
    /No server is ready yet/,
  ],
  ['at rest', settled(), 'True', 'Serving', /Version 1{12} of run run-1/],
  [
    'during the rollout of another version, for the one that serves',
    rolling(),
    'True',
    'Serving',
    /Version 1{12}/,
  ],
  ['scaled to zero', settled({ replicas: 0 }), 'False', 'ScaledToZero', /replicas is 0/],
  [
    'altered artifacts, in the termination message of a server',
    first({
      restarts: 2,
      ...waiting('CrashLoopBackOff', 'back-off 20s'),
      lastTerminated: ended({ message: 'server: InputAltered: bars.csv' }),
    }),
    'False',
    'CrashLoop',
    /exit code 66 \(restarted 2 times\): server: InputAltered: bars\.csv/,
  ],
  [
    'a termination message in JSON',
    first({ terminated: ended({ message: '{"reason":"InputAltered","message":"bars.csv differs"}' }) }),
    'False',
    'CrashLoop',
    /: InputAltered: bars\.csv differs\.$/,
  ],
  [
    'the last line of a log',
    first({
      terminated: ended({
        exitCode: 1,
        message: '{"level":30,"msg":"loading"}\n{"level":50,"msg":"no such file"}',
      }),
    }),
    'False',
    'CrashLoop',
    /exit code 1: no such file\.$/,
  ],
  [
    'too little memory',
    first({ terminated: ended({ exitCode: 137, reason: 'OOMKilled' }) }),
    'False',
    'OOMKilled',
    /memory/,
  ],
  [
    'an image that does not exist',
    first(waiting('ErrImagePull', 'not found')),
    'False',
    'ImagePullFailed',
    /image: not found/,
  ],
  [
    'the same between two pulls of the image',
    first(waiting('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: not found')),
    'False',
    'ImagePullFailed',
    /image: not found/,
  ],
  [
    'a secret that does not exist',
    first(waiting('CreateContainerConfigError', 'no secret')),
    'False',
    'CreateContainerConfigError',
  ],
  [
    'no node',
    first({ unschedulable: '0/1 nodes: insufficient cpu' }),
    'False',
    'Unschedulable',
    /insufficient cpu/,
  ],
  [
    'a server that used too much disk',
    first({ failure: { reason: 'Evicted', message: 'over its limit' } }),
    'False',
    'Disrupted',
    /Evicted.*over its limit/,
  ],
  ['an evicted server', first({ disrupted: 'node low on memory' }), 'False', 'Disrupted', /low on memory/],
  [
    'a claim that is not bound, with a pod',
    { ...first({ unschedulable: 'no volume' }), claim: aClaim({ phase: 'Pending' }) },
    'False',
    'Unschedulable',
    /PersistentVolumeClaim aapl-artifacts is Pending/,
  ],
  [
    'a claim that is not bound, without a pod',
    { ...first(), pods: [], claim: aClaim({ phase: 'Pending' }) },
    'False',
    'Unavailable',
    /ready yet\.$/,
  ],
  [
    'a claim that is being deleted, under a server',
    { ...settled(), claim: aClaim({ deleting: true }) },
    'True',
    'Serving',
    /aapl-artifacts is being deleted/,
  ],
  [
    'a claim that is being deleted, without a server',
    { ...first({ unschedulable: 'no volume' }), claim: aClaim({ deleting: true }) },
    'False',
    'Unschedulable',
    /aapl-artifacts is being deleted/,
  ],
  ['a lost claim', { ...first(), claim: aClaim({ phase: 'Lost' }) }, 'False', 'Unavailable', /is Lost/],
  [
    'a failed first rollout',
    { ...first(), now: at(300) },
    'False',
    'RolloutFailed',
    /version 1{12}.*after 300 s: no server reported a cause/,
  ],
  [
    "another owner's Deployment",
    { ...settled(), deployment: { ...mine(settled()), ownerUid: null } },
    'False',
    'NameTaken',
    /Deployment named aapl/,
  ],
  [
    "another owner's Service",
    { ...settled(), children: [strangers('Service')] },
    'False',
    'NameTaken',
    /Service named aapl/,
  ],
  [
    "another owner's Deployment that is not in the cache",
    anInput({ refusals: [refused('Deployment', 'NameTaken')] }),
    'False',
    'NameTaken',
  ],
  [
    'a refused first Deployment',
    anInput({ refusals: [refused('Deployment', 'Forbidden', 'quota')] }),
    'False',
    'Forbidden',
    /quota/,
  ],
  ['a refused change', rolling({ refusals: [refused('Deployment', 'Invalid')] }), 'True', 'Serving'],
  [
    'one of three servers down',
    { ...settled({ replicas: 3 }), deployment: mine(settled({ replicas: 3 }), { availableReplicas: 2 }) },
    'True',
    'Serving',
    /2 of 3 servers are available/,
  ],
  [
    'a Deployment that cannot create a pod',
    noPod(),
    'False',
    'PodRefused',
    /a server cannot be created: error looking up service account n\/x: not found/,
  ],
  ['all servers down', { ...settled(), deployment: mine(settled(), none) }, 'False', 'Unavailable'],
  ['an invalid spec', { ...settled(), model: { ...settled().model, spec: null } }, 'True', 'Serving'],
];

function noPod(): ServingInput {
  const input = { ...first(), pods: [] };
  const replicaFailure = 'pods "aapl-5f-x" is forbidden: error looking up service account n/x: not found';
  return { ...input, deployment: mine(input, { ...none, replicaFailure }) };
}

const progressing: Row[] = [
  ['a Deployment that cannot create a pod', noPod(), 'True', 'NewVersion', /service account n\/x: not found/],
  [
    'a Deployment that could not create a pod in time',
    { ...noPod(), now: at(300) },
    'False',
    'RolloutFailed',
    /a server cannot be created: error looking up service account/,
  ],
  ['before the first promotion', anInput({ promotion: promotionOf(null) }), 'False', 'NoChampion'],
  ['just promoted', anInput(), 'True', 'NewVersion', /version 1{12} of run run-1/],
  ['a server that cannot start', first({ unschedulable: 'no cpu' }), 'True', 'NewVersion', /no cpu/],
  ['another version', rolling(), 'True', 'NewVersion', /version 2{12}/],
  ['at rest', settled(), 'False', 'Complete'],
  [
    'a claim that is being deleted',
    { ...settled(), claim: aClaim({ deleting: true }) },
    'False',
    'ClaimTerminating',
    /aapl-artifacts is being deleted/,
  ],
  [
    'a webhook that cannot be called',
    rolling({
      refusals: [{ ...refused('Deployment', 'InternalError', 'webhook'), temporary: 'AdmissionUnavailable' }],
    }),
    'False',
    'AdmissionUnavailable',
    /webhook/,
  ],
  ['scaled to zero', settled({ replicas: 0 }), 'False', 'ScaledToZero'],
  ['another template', respecified(settled(), { resources: { requests: { cpu: '2' } } }), 'True', 'Updating'],
  ['more servers', respecified(settled(), { replicas: 3 }), 'True', 'Scaling', /to 3 servers/],
  ['fewer servers', respecified(settled({ replicas: 2 }), { replicas: 1 }), 'True', 'Scaling'],
  ['no servers', respecified(settled(), { replicas: 0 }), 'True', 'Scaling'],
  ['a failed first rollout', { ...first(), now: at(300) }, 'False', 'RolloutFailed', /after 300 s/],
  [
    'a failed rollout with a good version',
    rolling({ now: at(300) }),
    'False',
    'RolloutFailed',
    /Version 1{12} of run run-1 is served instead/,
  ],
  [
    'an unknown pinned run',
    { ...settled(), promotion: promotionOf(null, { pinProblem: 'no run x' }) },
    'False',
    'PinnedRunNotFound',
    /no run x/,
  ],
  [
    'an invalid spec',
    { ...settled(), model: { ...settled().model, spec: null, problems: ['bad'] } },
    'False',
    'InvalidSpec',
    /bad/,
  ],
  [
    'a refused change',
    rolling({ refusals: [refused('Deployment', 'Invalid', 'env')] }),
    'False',
    'Invalid',
    /Deployment: env/,
  ],
  [
    "another owner's budget",
    { ...settled({ disruptionBudget: {} }), children: [strangers('PodDisruptionBudget')] },
    'False',
    'NameTaken',
    /PodDisruptionBudget/,
  ],
];

function mine(input: ServingInput, fields = {}) {
  assert.ok(input.deployment);
  return { ...input.deployment, ...fields };
}

function strangers(kind: string) {
  const object = { apiVersion: 'v1', kind, metadata: { name: 'aapl', annotations: {} } };
  return childOf(object, { ownerUid: 'another-owner' });
}

/** The Model with a changed spec that has not been applied. */
function respecified(input: ServingInput, serving: Record<string, unknown>): ServingInput {
  return { ...input, model: { ...input.model, generation: 2, spec: specOf(serving) } };
}

for (const [type, rows] of [
  ['Ready', ready],
  ['Progressing', progressing],
] as const) {
  describe(`decide serving: condition ${type}`, () => {
    for (const [name, input, status, reason, message] of rows) {
      it(`${status} ${reason}: ${name}`, () => {
        const decision = decideServing(input);
        const found = condition(decision, type);
        assert.deepEqual([found.status, found.reason], [status, reason], found.message);
        assert.match(found.message, message ?? /./);
        assert.equal(found.observedGeneration, input.model.generation);
        modelStatusSchema.parse(statusAfter(decision));
      });
    }
  });
}

describe('decide serving: conditions over time', () => {
  it('stay Scaling until the last server is available, and not when one fails later', () => {
    const asked = respecified(settled(), { replicas: 2 });
    const coming = carriedOut(asked, decideServing(asked), { availableReplicas: 1 });
    assert.equal(condition(decideServing(coming), 'Progressing').reason, 'Scaling');
    const there = carriedOut(coming, decideServing(coming), { availableReplicas: 2 });
    const done = carriedOut(there, decideServing(there), { availableReplicas: 1 });
    assert.equal(condition(decideServing(done), 'Progressing').reason, 'Complete');
  });

  it('report a refusal until the change has been applied', () => {
    const asked = anInput({ refusals: [refused('Deployment', 'Forbidden', 'quota')] });
    const model = { ...asked.model, status: statusAfter(decideServing(asked)) };
    const again = decideServing({ ...asked, model, refusals: [], now: at(10) });
    assert.deepEqual(again.status.conditions, model.status.conditions);
    const changed = decideServing({ ...asked, model: { ...model, generation: 2 }, refusals: [] });
    assert.equal(condition(changed, 'Progressing').reason, 'NewVersion');
    const made = carriedOut({ ...asked, model, refusals: [] }, again);
    assert.equal(condition(decideServing(made), 'Ready').reason, 'Serving');
    assert.equal(condition(decideServing(made), 'Progressing').reason, 'Complete');
  });

  it('stay Ready while the Deployment status describes an older spec', () => {
    const input = settled({ replicas: 3 });
    const lagging = { ...input, deployment: mine(input, { generation: 2, availableReplicas: 1 }) };
    assert.deepEqual(condition(decideServing(lagging), 'Ready'), condition(decideServing(input), 'Ready'));
  });

  it('report the most severe of several causes', () => {
    const pods = [
      aServer(one, { name: 'a', ready: false, unschedulable: 'no cpu' }),
      aServer(one, { name: 'b', ready: false, terminated: ended({ reason: 'OOMKilled' }) }),
      aServer(one, {
        name: 'c',
        ready: false,
        deleting: true,
        terminated: ended({ reason: 'OOMKilled', exitCode: 1 }),
        restarts: 9,
      }),
    ];
    const pick = (some: PodResource[]) =>
      condition(decideServing({ ...first(), pods: some }), 'Ready').reason;
    assert.equal(pick(pods), 'OOMKilled');
    assert.equal(pick(pods.filter(({ name }) => name !== 'b')), 'Unschedulable');
  });

  it('report a taken name in one Event and one log line', () => {
    const input = { ...settled(), children: [strangers('Service')] };
    const decision = decideServing(input);
    assert.deepEqual(
      decision.events.map(({ type, reason }) => [type, reason]),
      [['Warning', 'NameTaken']],
    );
    assert.deepEqual(
      decision.notes.map(({ run, reason }) => [run, reason]),
      [['run-1', 'NameTaken']],
    );
    assert.deepEqual(decideServing(carriedOut(input, decision)).events, []);
  });

  it('show a rollout that was lost from the status', () => {
    const input = rolling();
    const model = {
      ...input.model,
      status: { ...input.model.status, rollout: rolloutOf(one, { state: 'Complete' }) },
    };
    assert.equal(decideServing({ ...input, model, now: at(5) }).status.rollout?.version, two);
  });
});
