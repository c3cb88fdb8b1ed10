import assert from 'node:assert/strict';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import type { Action } from '../../../../src/controller/plan.ts';
import { aModel, someSettings } from '../../builders.ts';
import { actionFor, anInput, promotionOf, settled, specOf, uid } from './builders.ts';

const optional = {
  HorizontalPodAutoscaler: { autoscaling: { maxReplicas: 3 } },
  PodDisruptionBudget: { disruptionBudget: {} },
  NetworkPolicy: { networkPolicy: {} },
  ServiceMonitor: { serviceMonitor: {} },
};
const settings = someSettings({ serviceMonitors: true });
const modelWith = (serving: Record<string, unknown>) => aModel({ spec: specOf(serving) });

describe("decide serving: a Model's children", () => {
  it('always a Service; the others when the spec has them', () => {
    const kinds = (serving: object) =>
      decideServing(anInput({ settings, model: modelWith({ ...serving }) })).actions.map(
        ({ type }) => type.kind,
      );
    assert.deepEqual(kinds({}).toSorted(), ['Deployment', 'Service']);
    for (const [kind, serving] of Object.entries(optional)) {
      assert.deepEqual(kinds(serving).toSorted(), ['Deployment', 'Service', kind].toSorted());
    }
  });

  it('only the claim before there is a champion', () => {
    const before = { promotion: promotionOf(null), claim: null };
    const { actions, status } = decideServing(anInput(before));
    assert.deepEqual(
      actions.map(({ kind, type }) => [kind, type.kind]),
      [['Create', 'PersistentVolumeClaim']],
    );
    assert.equal(status.url, undefined);
    const model = aModel({ spec: { ...specOf(), artifacts: { ...specOf().artifacts, claimName: 'mine' } } });
    assert.deepEqual(decideServing(anInput({ ...before, model })).actions, []);
  });

  it('no ServiceMonitor without its CRD', () => {
    const { actions } = decideServing(anInput({ model: modelWith(optional.ServiceMonitor) }));
    assert.equal(actionFor(actions, 'ServiceMonitor'), undefined);
  });

  for (const [kind, serving] of Object.entries(optional)) {
    it(`a ${kind} of the Model is deleted when the spec no longer has it; another owner's is not`, () => {
      const input = settled({ ...serving }, { settings });
      assert.equal(input.children.length, 2);
      const model = { ...input.model, spec: specOf() };
      const [action, ...others] = decideServing({ ...input, model }).actions;
      assert.deepEqual([action?.kind, action?.type.kind, others], ['Delete', kind, []]);
      const children = input.children.map(child => ({ ...child, ownerUid: 'another-owner' }));
      assert.deepEqual(decideServing({ ...input, model, children }).actions, []);
    });
  }

  it('are applied again only when the desired object changes', () => {
    const input = settled();
    const model = { ...input.model, spec: specOf({ service: { port: 8000 } }) };
    const { actions, status } = decideServing({ ...input, model });
    assert.deepEqual(
      actions.map(({ kind, type }) => [kind, type.kind]),
      [['Apply', 'Service']],
    );
    assert.equal(status.url, 'http://aapl.default.svc:8000');
    assert.equal(decideServing(input).status.url, 'http://aapl.default.svc');
    const children = input.children.map(child => ({ ...child, deleting: true }));
    assert.deepEqual(decideServing({ ...input, model, children }).actions, []);
  });

  it('are owned by the Model, except the claim', () => {
    const { actions } = decideServing(anInput({ claim: null }));
    for (const action of actions) {
      assert.ok('object' in action);
      const owners = action.object.metadata.ownerReferences as
        | { uid: string; controller: boolean }[]
        | undefined;
      const expected = action.type.kind === 'PersistentVolumeClaim' ? undefined : [uid, true];
      assert.deepEqual(owners && [owners[0]?.uid, owners[0]?.controller], expected);
    }
  });

  it('are counted in the status for the scale subresource', () => {
    const { status } = decideServing(settled({ replicas: 2 }));
    assert.deepEqual([status.replicas, status.readyReplicas], [2, 2]);
    assert.equal(status.selector, 'bellwether.dev/model=aapl,app.kubernetes.io/component=server');
  });

  describe('with network policies', () => {
    const restricted = someSettings({ networkPolicies: { egress: [] } });
    const names = (actions: readonly Action[]) =>
      actions.flatMap(action =>
        action.type.kind === 'NetworkPolicy' && 'object' in action
          ? [`${action.kind} ${action.object.metadata.name}${action.announcements ? ', restored' : ''}`]
          : [],
      );

    it('of its Jobs before there is a champion, since runs need them, and of its servers with the first', () => {
      const before = { promotion: promotionOf(null), settings: restricted };
      assert.deepEqual(names(decideServing(anInput(before)).actions), [
        'Create aapl.jobs',
        'Create aapl.fetch',
      ]);
      assert.deepEqual(names(decideServing(anInput({ settings: restricted })).actions), [
        'Create aapl',
        'Create aapl.jobs',
        'Create aapl.fetch',
      ]);
    });

    it('all of which an operator creates for a Model without them, which is no loss', () => {
      const input = settled();
      const { actions } = decideServing({ ...input, settings: restricted });
      assert.deepEqual(names(actions), ['Create aapl', 'Create aapl.jobs', 'Create aapl.fetch']);
    });

    it('each of which is restored when it is deleted, and nothing else', () => {
      const input = settled({}, { settings: restricted });
      assert.equal(input.children.length, 4);
      for (const name of ['aapl', 'aapl.jobs', 'aapl.fetch']) {
        const children = input.children.filter(
          child => child.kind !== 'NetworkPolicy' || child.name !== name,
        );
        assert.deepEqual(names(decideServing({ ...input, children }).actions), [`Create ${name}, restored`]);
      }
      assert.deepEqual(decideServing(input).actions, []);
    });

    it('which are deleted when they are switched off', () => {
      const input = settled({}, { settings: restricted });
      const { actions } = decideServing({ ...input, settings: someSettings() });
      assert.deepEqual(
        actions.map(action => action.kind === 'Delete' && action.name),
        ['aapl', 'aapl.jobs', 'aapl.fetch'],
      );
      const model = { ...input.model, spec: specOf({ networkPolicy: { enabled: false } }) };
      const [action, ...others] = decideServing({ ...input, model }).actions;
      assert.deepEqual([action?.kind === 'Delete' && action.name, others], ['aapl', []]);
    });
  });
});
