import assert from 'node:assert/strict';
import { annotations } from '../../../../src/api/group.ts';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import { lostFields } from '../../../../src/controller/decide/serving/lost-fields.ts';
import type { AppliedState, FieldOwnership } from '../../../../src/controller/observation.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/resource.ts';
import { aServer, at, noon, someSettings } from '../../builders.ts';
import { actionFor, carriedOut, condition, objectFor, one, settled } from './builders.ts';

const desired = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'aapl',
    labels: { app: 'a' },
    annotations: { 'example.com/x': '1' },
    ownerReferences: [],
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'a' } },
    template: {
      spec: {
        containers: [
          { name: 'server', image: 'i', ports: [{ containerPort: 8080 }], env: [{ name: 'A', value: '1' }] },
        ],
        emptyList: [],
        absent: undefined,
      },
    },
  },
};
const leaf = {};
const server = 'k:{"name":"server"}';
const all = (): Record<string, unknown> => ({
  'f:metadata': { 'f:labels': { 'f:app': leaf }, 'f:annotations': { 'f:example.com/x': leaf } },
  'f:spec': {
    'f:replicas': leaf,
    'f:selector': leaf,
    'f:template': {
      'f:spec': {
        'f:containers': {
          [server]: {
            '.': leaf,
            'f:name': leaf,
            'f:image': leaf,
            'f:ports': {
              'k:{"containerPort":8080,"protocol":"TCP"}': { '.': leaf, 'f:containerPort': leaf },
            },
            'f:env': { 'k:{"name":"A"}': { '.': leaf, 'f:name': leaf, 'f:value': leaf } },
          },
        },
        'f:emptyList': leaf,
      },
    },
  },
});
const container = ['f:spec', 'f:template', 'f:spec', 'f:containers', server];

type Fields = Record<string, unknown>;

/** The set without the field at that path, and without sets that become empty, as the server keeps it. */
function removed(fields: Fields, [element = '', ...rest]: readonly string[]): Fields {
  const { [element]: below, ...others } = fields;
  if (rest.length === 0) return others;
  const remaining = removed(below as Fields, rest);
  return Object.keys(remaining).length === 0 ? others : { ...others, [element]: remaining };
}

const without = (...path: string[]) => removed(all(), path);

const owned = (applied: object, others: object[] = []): FieldOwnership => ({
  applied: JSON.stringify(applied),
  others: JSON.stringify(others),
  needsHandOver: false,
});
const nested = (...path: string[]) =>
  path.reduceRight<object>((below, element) => ({ [element]: below }), {});

describe('lost fields', () => {
  it('are none while the operator owns everything that it applies, whatever others own besides', () => {
    const others = [{ manager: 'istio', fields: nested('f:spec', 'f:template', 'f:metadata') }];
    assert.deepEqual(lostFields(desired, owned(all(), others)), []);
    assert.deepEqual(lostFields(desired, owned({ 'f:metadata': leaf, 'f:spec': leaf })), []);
  });

  it('are unknown for an object that was never applied', () => {
    assert.deepEqual(lostFields(desired, { ...owned({}), applied: null }), []);
  });

  const image = [...container, 'f:image'];
  const value = [...container, 'f:env', 'k:{"name":"A"}', 'f:value'];
  const port = [...container, 'f:ports', 'k:{"containerPort":8080,"protocol":"TCP"}'];
  for (const [path, fields, by, expected] of [
    [['f:spec', 'f:replicas'], ['f:spec', 'f:replicas'], 'kubectl', 'spec.replicas'],
    [image, image, 'kubectl-set', 'spec.template.spec.containers[server].image'],
    [value, value, 'kubectl-set', 'spec.template.spec.containers[server].env[A].value'],
    [value.slice(0, -1), [], null, 'spec.template.spec.containers[server].env'],
    [port, [], null, 'spec.template.spec.containers[server].ports'],
    [container, container, 'kubectl-edit', 'spec.template.spec.containers[server]'],
    [['f:spec', 'f:template', 'f:spec', 'f:emptyList'], [], null, 'spec.template.spec.emptyList'],
    [
      ['f:metadata', 'f:labels', 'f:app'],
      ['f:metadata', 'f:labels', 'f:app'],
      'kubectl-label',
      'metadata.labels.app',
    ],
    [
      ['f:metadata', 'f:annotations', 'f:example.com/x'],
      ['f:metadata', 'f:annotations', 'f:example.com/x'],
      'kubectl-annotate',
      'metadata.annotations[example.com/x]',
    ],
    [['f:spec', 'f:selector'], ['f:spec', 'f:selector'], 'kubectl-patch', 'spec.selector'],
  ] as const) {
    it(`name ${expected} and ${by ?? 'no manager'}`, () => {
      const others = by === null ? [] : [{ manager: by, fields: nested(...fields) }];
      assert.deepEqual(lostFields(desired, owned(without(...path), others)), [
        { path: expected, manager: by },
      ]);
    });
  }

  it('include an item that was removed and added again by another manager', () => {
    const fields = structuredClone(without(...container, 'f:env', 'k:{"name":"A"}', '.'));
    assert.deepEqual(lostFields(desired, owned(fields)), [
      { path: 'spec.template.spec.containers[server].env[A]', manager: null },
    ]);
  });
});

/** The set of all fields of an object. */
function fieldsOf(value: unknown): object {
  if (Array.isArray(value) && value[0]?.name !== undefined) {
    return Object.fromEntries(
      value.map(item => [`k:${JSON.stringify({ name: item.name })}`, { '.': {}, ...fieldsOf(item) }]),
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [`f:${name}`, fieldsOf(member)]));
}

const ownedBy = (object: KubernetesObject) => owned(fieldsOf(JSON.parse(JSON.stringify(object))));

/** A Model at rest whose Deployment is owned by the operator, with `path` changed by another manager. */
function drifted(manager: string, ...path: string[]) {
  const input = settled();
  const object = objectFor(decideServing({ ...input, deployment: null }).actions, 'Deployment');
  const { deployment } = input;
  assert.ok(deployment !== null);
  const fields = removed(JSON.parse(ownedBy(object).applied ?? ''), path);
  const ownership = owned(fields, [{ manager, fields: nested(...path) }]);
  return { ...input, deployment: { ...deployment, ownership } };
}

describe('decide serving: drift', () => {
  it('is put back at once, with an Event that names field and manager', () => {
    const input = drifted('kubectl-set', ...container, 'f:image');
    const decision = decideServing(input);
    const [action, ...more] = decision.actions;
    assert.deepEqual(more, []);
    assert.ok(action?.kind === 'Apply' && action.type.kind === 'Deployment');
    assert.equal(action.uid, input.deployment.uid);
    assert.deepEqual(
      action.announcements?.events.map(({ type, reason, message }) => [type, reason, message]),
      [
        [
          'Warning',
          'DriftCorrected',
          'Deployment aapl: spec.template.spec.containers[server].image was changed by kubectl-set; restored.',
        ],
      ],
    );
    assert.doesNotMatch(condition(decision, 'Ready').message, new RegExp(`Version ${one}`));
    assert.equal(condition(decision, 'Progressing').reason, 'Updating');
  });

  it('of the number of replicas is no rollout', () => {
    const input = drifted('kubectl', 'f:spec', 'f:replicas');
    const decision = decideServing({ ...input, deployment: { ...input.deployment, specReplicas: 5 } });
    const [action] = decision.actions;
    assert.ok(action?.kind === 'Apply');
    assert.match(action.announcements?.notes[0]?.message ?? '', /spec\.replicas was changed by kubectl;/);
    assert.equal(condition(decision, 'Progressing').reason, 'Scaling');
  });

  it('is nothing once it was put back', () => {
    const input = drifted('kubectl-set', ...container, 'f:image');
    const { actions, status } = decideServing(carriedOut(input, decideServing(input)));
    assert.deepEqual(actions, []);
    assert.match(status.conditions?.[0]?.message ?? '', new RegExp(`Version ${one}`));
  });

  it('includes a deleted child, but not one that an earlier decision could not create', () => {
    const input = settled();
    const deleted = decideServing({ ...input, children: [] }).actions[0];
    assert.ok(deleted?.kind === 'Create' && deleted.by === 'Apply');
    assert.equal(deleted.announcements?.events[0]?.reason, 'DriftCorrected');
    const { status } = input.model;
    const conditions = status.conditions?.map(condition => ({ ...condition, reason: 'Forbidden' }));
    const model = { ...input.model, status: { ...status, ...(conditions && { conditions }) } };
    const refused = decideServing({ ...input, model, children: [] }).actions[0];
    assert.ok(refused?.kind === 'Create' && refused.announcements === undefined);
    const changed = decideServing({ ...input, model: { ...input.model, generation: 2 }, children: [] });
    assert.ok(changed.actions[0]?.kind === 'Create' && changed.actions[0].announcements === undefined);
  });

  it('is looked for in an object of an earlier version only after its fields were handed over', () => {
    const input = settled();
    const { deployment } = input;
    assert.ok(deployment !== null);
    const ownership = { applied: null, others: '[]', needsHandOver: true };
    const [action] = decideServing({ ...input, deployment: { ...deployment, ownership } }).actions;
    assert.ok(action?.kind === 'Apply' && action.handOver && action.announcements === undefined);
  });
});

describe('decide serving: the version that answers', () => {
  it('is not that of the Deployment while ready servers have another one', () => {
    const input = settled();
    const pods = [aServer('other-version')];
    const ready = condition(decideServing({ ...input, pods }), 'Ready');
    assert.deepEqual([ready.status, ready.reason], ['False', 'OtherVersion']);
    assert.match(ready.message, /serve version other-version/);
  });

  it('is that of a ready server, whether or not the Deployment counts another one already', () => {
    const input = settled();
    assert.equal(input.deployment?.availableReplicas, 1);
    const pods = [aServer(one), aServer('other-version')];
    const ready = condition(decideServing({ ...input, pods }), 'Ready');
    assert.deepEqual([ready.status, ready.reason], ['True', 'Serving']);
  });
});

describe('decide serving: contention', () => {
  const rival = 'team-b/bellwether';
  const between = (count: number, appliedBy: string) => {
    const input = settled();
    const { deployment } = input;
    assert.ok(deployment !== null);
    const contention = JSON.stringify({
      count,
      at: new Date(noon).toISOString(),
      from: 'operator default/bellwether',
    });
    const state: Partial<AppliedState> = {
      appliedBy,
      contention: count === 0 ? null : contention,
      ...(appliedBy === rival && { appliedDigest: 'theirs' }),
    };
    return { ...input, deployment: { ...deployment, ...state } };
  };
  const annotationOf = (object: KubernetesObject) =>
    JSON.parse(object.metadata.annotations?.[annotations.contention] ?? 'null');

  it('does not delay the replacement of one operator by another', () => {
    const { actions } = decideServing(between(0, rival));
    assert.deepEqual(annotationOf(objectFor(actions, 'Deployment')), {
      count: 1,
      at: '2026-11-23T12:00:00Z',
      from: `operator ${rival}`,
    });
  });

  for (const [count, seconds] of [
    [1, 5],
    [2, 10],
    [6, 160],
    [7, 300],
    [40, 300],
  ] as const) {
    it(`waits ${seconds} s after ${count} take-overs`, () => {
      const input = between(count, rival);
      const waiting = decideServing({ ...input, now: at(seconds - 1) });
      assert.equal(actionFor(waiting.actions, 'Deployment'), undefined);
      assert.equal(waiting.requeueAt, at(seconds));
      const { actions } = decideServing({ ...input, now: at(seconds) });
      assert.equal(annotationOf(objectFor(actions, 'Deployment')).count, count + 1);
    });
  }

  it('is forgotten after ten minutes without a take-over', () => {
    const { actions } = decideServing({ ...between(40, rival), now: at(600) });
    assert.equal(annotationOf(objectFor(actions, 'Deployment')).count, 1);
  });

  it('does not delay three corrections of what a person changes', () => {
    const input = drifted('kubectl', 'f:spec', 'f:replicas');
    for (const [count, expected] of [
      [2, 1],
      [3, 0],
    ] as const) {
      const from = 'field manager kubectl';
      const contention = JSON.stringify({ count, at: new Date(noon).toISOString(), from });
      const decision = decideServing({ ...input, deployment: { ...input.deployment, contention } });
      assert.equal(decision.actions.length, expected, `${count}`);
      assert.notEqual(condition(decision, 'Progressing').reason, 'Contended');
    }
  });

  it('with a manager does not delay the replacement of another operator', () => {
    const input = between(1, rival);
    const contention = JSON.stringify({
      count: 9,
      at: new Date(noon).toISOString(),
      from: 'field manager x',
    });
    const { actions } = decideServing({ ...input, deployment: { ...input.deployment, contention } });
    assert.equal(annotationOf(objectFor(actions, 'Deployment')).count, 1);
  });

  it('is a condition, with one Event, and the same for both operators', () => {
    const input = between(3, rival);
    const waiting = decideServing(input);
    const { status, reason, message } = condition(waiting, 'Progressing');
    assert.deepEqual([status, reason], ['False', 'Contended']);
    assert.match(message, /operator default\/bellwether and operator team-b\/bellwether/);
    assert.equal(waiting.events.filter(event => event.reason === 'Contended').length, 1);
    const digest = settled().deployment?.appliedDigest ?? null;
    const deployment = { ...input.deployment, appliedDigest: digest };
    const holder = decideServing({ ...input, deployment, settings: someSettings({ operator: rival }) });
    assert.deepEqual(holder.status, waiting.status);
    assert.equal(condition(decideServing(between(2, rival)), 'Progressing').reason, 'Complete');
  });

  it('does not delay a new version, and ignores an invalid annotation', () => {
    const input = between(9, rival);
    const deployment = { ...input.deployment, version: 'old' };
    assert.equal(actionFor(decideServing({ ...input, deployment }).actions, 'Deployment')?.kind, 'Apply');
    for (const contention of ['{', 'null', '{"count":-1}', '{"count":1,"from":"x","at":"y"}', '[]']) {
      const broken = { ...input, deployment: { ...input.deployment, contention } };
      assert.equal(actionFor(decideServing(broken).actions, 'Deployment')?.kind, 'Apply');
    }
  });

  it('slows down the fight with another manager too', () => {
    const input = drifted('another-controller', 'f:spec', 'f:replicas');
    const contention = JSON.stringify({
      count: 6,
      at: new Date(noon).toISOString(),
      from: 'field manager x',
    });
    const decision = decideServing({ ...input, deployment: { ...input.deployment, contention } });
    assert.deepEqual([decision.actions, decision.requeueAt], [[], at(40)]);
    assert.match(condition(decision, 'Progressing').message, /field manager x and operator default/);
  });
});
