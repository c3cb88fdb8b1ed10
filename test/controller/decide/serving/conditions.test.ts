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
} from './given.ts';

const none = { readyReplicas: 0, availableReplicas: 0 };

/** Version `one` being rolled out for the first time; its only server is as `pod` says. */
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

/** Version `two` is champion and applied; nothing of it is ready, and `one` goes on. */
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
  ['settled', settled(), 'True', 'Serving', /Version 1{12} of run run-1/],
  ['while another version comes, of the one that answers', rolling(), 'True', 'Serving', /Version 1{12}/],
  ['scaled to zero', settled({ replicas: 0 }), 'False', 'ScaledToZero', /replicas is 0/],
  [
    'altered artifacts, in the last words of a server',
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
    'last words in JSON',
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
    'an image that is not there',
    first(waiting('ErrImagePull', 'not found')),
    'False',
    'ImagePullFailed',
    /image: not found/,
  ],
  [
    'the same between two pulls',
    first(waiting('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: not found')),
    'False',
    'ImagePullFailed',
    /image: not found/,
  ],
  [
    'a secret that is not there',
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
    'a claim that waits for its first pod',
    { ...first(), pods: [], claim: aClaim({ phase: 'Pending' }) },
    'False',
    'Unavailable',
    /ready yet\.$/,
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
    "somebody else's Deployment",
    { ...settled(), deployment: { ...mine(settled()), ownerUid: null } },
    'False',
    'NameTaken',
    /Deployment named aapl/,
  ],
  [
    "somebody else's Service",
    { ...settled(), children: [strangers('Service')] },
    'False',
    'NameTaken',
    /Service named aapl/,
  ],
  [
    "somebody's Deployment that no cache holds",
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
  ['every server down', { ...settled(), deployment: mine(settled(), none) }, 'False', 'Unavailable'],
  ['an unusable spec', { ...settled(), model: { ...settled().model, spec: null } }, 'True', 'Serving'],
];

const progressing: Row[] = [
  ['before the first promotion', anInput({ promotion: promotionOf(null) }), 'False', 'NoChampion'],
  ['just promoted', anInput(), 'True', 'NewVersion', /version 1{12} of run run-1/],
  ['a server in trouble', first({ unschedulable: 'no cpu' }), 'True', 'NewVersion', /no cpu/],
  ['another version', rolling(), 'True', 'NewVersion', /version 2{12}/],
  ['settled', settled(), 'False', 'Complete'],
  ['scaled to zero', settled({ replicas: 0 }), 'False', 'ScaledToZero'],
  ['another template', respecified(settled(), { resources: { requests: { cpu: '2' } } }), 'True', 'Updating'],
  ['more servers', respecified(settled(), { replicas: 3 }), 'True', 'Scaling', /to 3 servers/],
  ['fewer servers', respecified(settled({ replicas: 2 }), { replicas: 1 }), 'True', 'Scaling'],
  ['no servers any more', respecified(settled(), { replicas: 0 }), 'True', 'Scaling'],
  ['a failed first rollout', { ...first(), now: at(300) }, 'False', 'RolloutFailed', /after 300 s/],
  [
    'a failed rollout with a good version',
    rolling({ now: at(300) }),
    'False',
    'RolloutFailed',
    /Version 1{12} of run run-1 is served instead/,
  ],
  [
    'a pin that cannot be',
    { ...settled(), promotion: promotionOf(null, { pinProblem: 'no run x' }) },
    'False',
    'PinnedRunNotFound',
    /no run x/,
  ],
  [
    'an unusable spec',
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
    "somebody else's budget",
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
  return childOf(object, { ownerUid: 'somebody' });
}

/** The same Model with another spec, which is not applied yet. */
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

describe('decide serving: what conditions keep', () => {
  it('is Scaling until the last server is there, and not when one fails later', () => {
    const asked = respecified(settled(), { replicas: 2 });
    const coming = carriedOut(asked, decideServing(asked), { availableReplicas: 1 });
    assert.equal(condition(decideServing(coming), 'Progressing').reason, 'Scaling');
    const there = carriedOut(coming, decideServing(coming), { availableReplicas: 2 });
    const done = carriedOut(there, decideServing(there), { availableReplicas: 1 });
    assert.equal(condition(decideServing(done), 'Progressing').reason, 'Complete');
  });

  it('tells of a refusal until the same change is no longer to be made', () => {
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

  it('stays Ready while the figures are of an older spec', () => {
    const input = settled({ replicas: 3 });
    const lagging = { ...input, deployment: mine(input, { generation: 2, availableReplicas: 1 }) };
    assert.deepEqual(condition(decideServing(lagging), 'Ready'), condition(decideServing(input), 'Ready'));
  });

  it('says the gravest of several causes', () => {
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

  it('tells of a taken name in one event, and in one line of the log', () => {
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

  it('keeps a rollout that was lost from the status in sight', () => {
    const input = rolling();
    const model = {
      ...input.model,
      status: { ...input.model.status, rollout: rolloutOf(one, { state: 'Complete' }) },
    };
    assert.equal(decideServing({ ...input, model, now: at(5) }).status.rollout?.version, two);
  });
});
