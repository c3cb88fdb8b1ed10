/**
 * Every field of a Model, from the schema: set at birth and later, set back, alone and in pairs. After each step the
 * children are those of a Model that was created with this spec, its status is true, and what served serves.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelSpecSchema } from '../../../src/api/model.ts';
import { claims, models, trainingRuns } from '../../../src/controller/resources.ts';
import { type Case, casesOf, type Spec } from '../../../support/operations/cases.ts';
import { merged } from '../../../support/operations/specs.ts';
import { schemaOf } from '../../crd/schemas.ts';
import { Refusal } from '../../kubernetes/object-store.ts';
import { seed } from '../../seed.ts';
import { model, type Raw } from '../simulation/raw.ts';
import { chosen, pairs } from './chosen.ts';
import { admitted, type Cluster } from './cluster.ts';
import { childrenOf, later, servedCluster, statusOf } from './model-world.ts';

const cases = casesOf(schemaOf('Model'));
const immutable = /^spec\.artifacts\.(claimName|size|storageClassName|accessMode)$/;

/** With these, a change of what scheduled runs and Jobs have becomes visible in the next ones. */
const schedules: Spec = {
  schedule: { cron: '*/10 * * * *' },
  runTemplate: {},
  scoring: { cron: '*/10 * * * *' },
};
const isOfRunTemplate = ({ field }: Case) => field.startsWith('spec.runTemplate.');
const isScheduled = ({ field }: Case) => /^spec\.(schedule|scoring|serving\.podTemplate)/.test(field);
/** These decide what is promoted, so that a birth without the status of before may serve nothing. */
const decidesPromotion = ({ field }: Case) => /^spec\.(promotion|pinnedRun)/.test(field);

describe('operations on Models', () => {
  let births: Cluster;
  let changed: Cluster;
  let servedStatus: Raw;
  const known = new Map<string, Raw>();
  const fields = new Set(cases.map(({ field }) => field));
  const done = { values: 0, wrong: 0, pairs: 0, steps: 0 };

  before(async () => {
    births = await servedCluster();
    changed = await servedCluster();
    servedStatus = births.get(models, model).status;
  });

  after(() => {
    process.stdout.write(
      `\nModels: ${fields.size} fields, ${done.values} valid and ${done.wrong} wrong values, ${done.pairs} pairs, ${done.steps} steps\n`,
    );
  });

  interface Options {
    /** Whether to compare the next scheduled run and Jobs too. */
    readonly scheduled?: boolean;
    /** Whether the Model is created with the status of one that serves, as from a backup. */
    readonly restored?: boolean;
  }

  async function outcomeOf(cluster: Cluster, { scheduled = false }: Options): Promise<Raw> {
    const outcome = { children: childrenOf(cluster), status: statusOf(cluster) };
    return { ...outcome, later: scheduled ? await later(cluster) : [] };
  }

  async function born(spec: Spec, options: Options): Promise<Raw> {
    const key = JSON.stringify([spec, options]);
    const before = known.get(key);
    if (before !== undefined) return before;
    births.delete(models, model);
    for (const { metadata } of births.list(claims)) births.delete(claims, metadata.name);
    await births.settle();
    births.create(models, model, spec);
    if (options.restored) births.restoreStatus(model, servedStatus);
    await births.settle();
    const outcome = await outcomeOf(births, options);
    known.set(key, outcome);
    return outcome;
  }

  /** Changes the Model, and compares it with one that is created with the spec. */
  async function change(spec: Spec, what: string, options: Options): Promise<void> {
    changed.change(models, model, spec);
    done.steps++;
    await changed.settle();
    changed.checkServed(what);
    checkStatus(changed, what);
    assert.deepEqual(await outcomeOf(changed, options), await born(spec, options), what);
  }

  it('end as if the Model had been created with the value, and back again', async function () {
    this.timeout(300_000);
    const alone = cases.filter(each => !isOfRunTemplate(each) && !immutable.test(each.field));
    for (const each of chosen(alone)) {
      const what = `${each.at} (${each.what})`;
      const scheduled = isScheduled(each);
      const restored = decidesPromotion(each);
      done.values++;
      await change(merged(scheduled ? schedules : {}, each.spec), what, { scheduled, restored });
      await change({}, `${what}, back`, { restored });
    }
  });

  it('of the run template end in runs with that spec, and in no other change', async function () {
    this.timeout(300_000);
    changed.change(models, model, schedules);
    await changed.settle();
    const children = childrenOf(changed);
    for (const each of chosen(cases.filter(isOfRunTemplate))) {
      const what = `${each.at} (${each.what})`;
      const spec = merged(schedules, each.spec);
      done.values++;
      done.steps++;
      changed.change(models, model, spec);
      await changed.settle();
      checkStatus(changed, what);
      assert.deepEqual(childrenOf(changed), children, what);
      const run = (await later(changed)).find(({ kind }) => kind === trainingRuns.kind);
      const { labels, annotations, spec: template } = spec.runTemplate as Raw;
      const direct = admitted(trainingRuns, { metadata: { name: 'r' }, spec: { ...template, model } });
      assert.deepEqual(run.spec, direct.spec, what);
      for (const [name, value] of Object.entries({ ...labels })) {
        assert.equal(run.metadata.labels[name], value, what);
      }
      assert.deepEqual(run.metadata.annotations, annotations ?? {}, what);
    }
    changed.change(models, model, {});
    await changed.settle();
  });

  it('in random pairs, set one after the other and removed in the same order', async function () {
    this.timeout(300_000);
    const valid = cases.filter(each => each.wrong === null && !immutable.test(each.field));
    const pair = fc.tuple(fc.constantFrom(...valid), fc.constantFrom(...valid));
    for (const [one, two] of fc.sample(pair, { numRuns: pairs, seed })) {
      const what = `${one.at} (${one.what}) and ${two.at} (${two.what})`;
      const options = { restored: decidesPromotion(one) || decidesPromotion(two) };
      const both = merged(one.spec, two.spec);
      if (changed.isRefused(models, model, both)) continue;
      done.pairs++;
      await change(one.spec, `${what}: the first`, options);
      await change(both, `${what}: both`, options);
      await change(two.spec, `${what}: the second`, options);
      await change({}, `${what}: none`, options);
    }
  });

  it('with a wrong value are refused with the name of the field', () => {
    const { version } = changed.store;
    for (const each of cases) {
      if (each.wrong === null) continue;
      const what = `${each.at} (${each.what})`;
      done.wrong++;
      assert.throws(() => changed.change(models, model, each.spec), refusalOf(each.at), what);
      assert.throws(() => changed.create(models, 'other', each.spec), refusalOf(each.at), what);
    }
    assert.equal(changed.store.version, version);
  });

  it('of a field of the claim are refused after birth', async () => {
    for (const each of cases) {
      if (each.wrong !== null || !immutable.test(each.field)) continue;
      const { artifacts } = admitted(models, { metadata: { name: model }, spec: each.spec }).spec as Raw;
      const { artifacts: before } = changed.get(models, model).spec;
      const name = each.field.split('.').at(-1) ?? '';
      if (artifacts[name] === before[name]) continue;
      const isImmutable = new RegExp(`spec\\.artifacts\\.${name}: .* is immutable`);
      assert.throws(() => changed.change(models, model, each.spec), isImmutable, each.at);
      await born(each.spec, {});
    }
  });

  it('with a wrong value that an older schema accepted leave everything as it is', async () => {
    changed.change(models, model, {});
    await changed.settle();
    const children = childrenOf(changed);
    const first = Map.groupBy(
      cases.filter(({ spec }) => !modelSpecSchema.safeParse(spec).success),
      ({ field }) => field,
    );
    for (const [each] of first.values()) {
      if (each === undefined) continue;
      changed.changeUnchecked(models, model, each.spec);
      done.steps++;
      await changed.settle();
      const { conditions } = changed.get(models, model).status;
      const progressing = conditions.find(({ type }: Raw) => type === 'Progressing');
      assert.equal(progressing.reason, 'InvalidSpec', each.at);
      assert.deepEqual(childrenOf(changed), children, each.at);
      changed.checkServed(each.at);
    }
    await change({}, 'a corrected spec', {});
  });
});

const refusalOf = (field: string) => (error: unknown) =>
  error instanceof Refusal && error.message.includes(`${field}: `);

/** The status is about the present spec, and agrees with the Deployment. */
function checkStatus(cluster: Cluster, what: string): void {
  const { metadata, spec, status } = cluster.get(models, model);
  assert.equal(status.observedGeneration, metadata.generation, what);
  for (const { type, observedGeneration } of status.conditions) {
    assert.equal(observedGeneration, metadata.generation, `${what}: ${type}`);
  }
  const { replicas } = spec.serving;
  const ready = status.conditions.find(({ type }: Raw) => type === 'Ready');
  assert.equal(ready.status, replicas > 0 ? 'True' : 'False', what);
  assert.equal(status.readyReplicas, replicas, what);
}
