import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelStatusSchema } from '../../../../src/api/model.ts';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import type { ServingDecision, ServingInput } from '../../../../src/controller/decide/types.ts';
import { aModel, aServer, at, someSettings } from '../../builders.ts';
import {
  anInput,
  carriedOut,
  championOf,
  deploymentOf,
  promotionOf,
  specOf,
  statusAfter,
} from './builders.ts';

const versions = ['111111111111', '222222222222', '333333333333'];

const serving = fc.record(
  {
    replicas: fc.nat(3),
    resources: fc.constantFrom({}, { requests: { cpu: '2' } }),
    autoscaling: fc.constantFrom(undefined, { maxReplicas: 3 }),
    disruptionBudget: fc.constantFrom(undefined, {}),
    networkPolicy: fc.constantFrom(undefined, {}),
    serviceMonitor: fc.constantFrom(undefined, {}),
  },
  { requiredKeys: [] },
);

/** A change between two observations. */
const happening = fc.record({
  seconds: fc.nat(400),
  champion: fc.option(fc.constantFrom(...versions), { freq: 2 }),
  serving: fc.option(serving, { freq: 2 }),
  deployment: fc.record({
    observedGeneration: fc.nat(1),
    replicas: fc.nat(3),
    updatedReplicas: fc.nat(3),
    readyReplicas: fc.nat(3),
    availableReplicas: fc.nat(3),
    deleting: fc.boolean(),
    ownerUid: fc.constantFrom(
      'uid-of-model-aapl',
      'uid-of-model-aapl',
      'uid-of-model-aapl',
      'another-owner',
      null,
    ),
  }),
  foreign: fc.boolean(),
  podReady: fc.boolean(),
  restarts: fc.nat(3),
});
type Transition = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function happens(input: ServingInput, what: Transition): ServingInput {
  const { model } = input;
  const changed =
    what.serving === null
      ? model
      : { ...model, generation: model.generation + 1, spec: specOf(what.serving) };
  const promotion =
    what.champion === null
      ? input.promotion
      : promotionOf(championOf(what.champion), { history: input.promotion.history });
  return {
    ...input,
    now: input.now + what.seconds * 1000,
    model: changed,
    promotion,
    deployment: input.deployment && { ...input.deployment, ...what.deployment },
    children: input.children.map(child => (what.foreign ? { ...child, ownerUid: 'another-owner' } : child)),
    pods: versions.map((version, i) =>
      aServer(version, { name: `p${i}`, ready: what.podReady, restarts: what.restarts }),
    ),
  };
}

/** Invariants of every decision. */
function check(input: ServingInput, decision: ServingDecision): void {
  const { model, promotion, deployment, children } = input;
  modelStatusSchema.parse(statusAfter(decision));
  for (const action of decision.actions) {
    if (action.kind === 'Delete') {
      const child = children.find(({ uid }) => uid === action.uid);
      assert.equal(child?.ownerUid, model.uid, 'deletes only its own');
    }
    if (action.type.kind === 'Deployment' && 'object' in action) {
      if (action.kind === 'Apply') assert.equal(deployment?.ownerUid, model.uid, 'applies only its own');
      const { version } = deploymentOf(action.object);
      const allowed = [promotion.champion?.version, model.status.serving?.version];
      assert.ok(allowed.includes(version ?? ''), 'serves the champion or the last good version');
      assert.equal(version, decision.champion?.version, 'the champion is rolled out');
    }
  }
  const ready = decision.status.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') {
    assert.ok(
      deployment?.ownerUid === model.uid && deployment.availableReplicas > 0,
      'Ready only with a server',
    );
  }
  if (decision.requeueAt !== null) assert.ok(decision.requeueAt > input.now);
}

describe('decide serving: for any sequence of events', () => {
  it('keeps its invariants', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 12 }), events => {
        let input = anInput({
          settings: someSettings({ serviceMonitors: true }),
          model: aModel(),
          now: at(0),
        });
        for (const what of events) {
          const next = happens(input, what);
          const decision = decideServing(next);
          check(next, decision);
          input = carriedOut(next, decision);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('converges: after a plan was carried out there is nothing to do and nothing to write', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 8 }), events => {
        let input = anInput({ settings: someSettings({ serviceMonitors: true }), model: aModel() });
        for (const what of events) {
          const next = happens(input, what);
          input = carriedOut(next, decideServing(next), what.deployment);
        }
        // Once for the actions, once for their observation, once for the consequences of a finished rollout.
        for (let i = 0; i < 3; i++) input = carriedOut(input, decideServing(input));
        const decision = decideServing(input);
        const left = decision.actions.filter(({ kind }) => kind !== 'Create');
        assert.deepEqual(left, []);
        assert.deepEqual(decision.events, []);
        assert.deepEqual(statusAfter(decision), input.model.status);
      }),
      { numRuns: 300 },
    );
  });
});
