/**
 * Every field of a TrainingRun, from the schema: set at birth, before the start and later, and set back. The Jobs that
 * follow are those of a run that was created with this spec; a wrong value never leads to a Job.
 */
import assert from 'node:assert/strict';
import { artifactFields, trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { models, trainingRuns } from '../../../src/controller/resources.ts';
import { type Case, casesOf, type Spec } from '../../../support/operations/cases.ts';
import { merged } from '../../../support/operations/specs.ts';
import { schemaOf } from '../../crd/schemas.ts';
import { Refusal } from '../../kubernetes/object-store.ts';
import { conditionOf, model } from '../simulation/raw.ts';
import { chosen } from './chosen.ts';
import type { Cluster } from './cluster.ts';
import { servedCluster } from './model-world.ts';
import { name, type RunOutcome, remove, runOf } from './run-world.ts';

const cases = casesOf(schemaOf('TrainingRun'));
const base: Spec = { model, data: { source: 'Sample' } };
const artifactFieldOf = ({ field }: Case) =>
  artifactFields.find(name => field === `spec.${name}` || field.startsWith(`spec.${name}.`));

describe('operations on TrainingRuns', () => {
  let cluster: Cluster;
  /** Of the base. */
  let plain: RunOutcome;
  const fields = new Set(cases.map(({ field }) => field));
  const done = { values: 0, wrong: 0, steps: 0 };

  before(async () => {
    cluster = await servedCluster();
    plain = await runOf(cluster, base);
  });

  after(() => {
    process.stdout.write(
      `\nTrainingRuns: ${fields.size} fields, ${done.values} valid and ${done.wrong} wrong values, ${done.steps} steps\n`,
    );
  });

  const births = new Map<string, Promise<RunOutcome>>();

  function born(spec: Spec): Promise<RunOutcome> {
    const key = JSON.stringify(spec);
    const outcome = births.get(key) ?? runOf(cluster, spec);
    births.set(key, outcome);
    return outcome;
  }

  const change = (spec: Spec) => (cluster: Cluster) => {
    done.steps++;
    cluster.change(trainingRuns, name, spec);
  };

  it('before the start lead to the Jobs of a run that was created with the value', async function () {
    this.timeout(300_000);
    for (const each of chosen(cases)) {
      const what = `${each.at} (${each.what})`;
      const spec = merged(base, each.spec);
      done.values++;
      const expected = await born(spec);
      const before = merged(base, { suspend: true });
      assert.deepEqual(await runOf(cluster, before, change({ suspend: false, ...spec })), expected, what);
    }
  });

  it('after the start are refused for what artifacts depend on', async () => {
    cluster.create(trainingRuns, name, base);
    await cluster.settle();
    const { spec: started } = cluster.get(trainingRuns, name);
    for (const each of cases) {
      const field = artifactFieldOf(each);
      if (each.wrong !== null || field === undefined) continue;
      const spec = merged(base, each.spec);
      const isImmutable = new RegExp(`spec\\.${field}: .* is immutable once the run has started`);
      if (cluster.changes(trainingRuns, name, spec)) {
        done.steps++;
        assert.throws(() => cluster.change(trainingRuns, name, spec), isImmutable, each.at);
      }
    }
    assert.deepEqual(cluster.get(trainingRuns, name).spec, started);
    await remove(cluster);
  });

  it('after the start apply to the Jobs whose containers have not started', async function () {
    this.timeout(300_000);
    for (const each of chosen(cases.filter(each => artifactFieldOf(each) === undefined))) {
      const what = `${each.at} (${each.what})`;
      const spec = merged(base, each.spec);
      const expected = await born(spec);
      const pending = await runOf(cluster, base, change(spec));
      const back = await runOf(cluster, spec, change(base));
      const running = await runOf(cluster, base, change(spec), 'running');
      assert.deepEqual(back, plain, `${what}, back`);
      // A suspended run keeps the Job that it has.
      assert.equal(pending.phase, expected.phase, what);
      if (expected.phase === 'Suspended') continue;
      assert.deepEqual(pending.jobs, expected.jobs, what);
      assert.deepEqual(running.jobs, [plain.jobs[0], ...expected.jobs.slice(1)], `${what}, during Fetch`);
    }
  });

  it('with a wrong value are refused with the name of the field', async () => {
    cluster.create(trainingRuns, name, { ...base, suspend: true });
    await cluster.settle();
    const { version } = cluster.store;
    for (const each of cases) {
      if (each.wrong === null) continue;
      const what = `${each.at} (${each.what})`;
      done.wrong++;
      assert.throws(() => cluster.change(trainingRuns, name, each.spec), refusalOf(each.at), what);
      assert.throws(() => cluster.create(trainingRuns, 'other', each.spec), refusalOf(each.at), what);
    }
    assert.equal(cluster.store.version, version);
    await remove(cluster);
  });

  it('with a wrong value that an older schema accepted fail the run without a Job', async () => {
    const wrong = cases.filter(({ spec }) => !trainingRunSpecSchema.safeParse(spec).success);
    for (const [each] of Map.groupBy(wrong, ({ field }) => field).values()) {
      if (each === undefined) continue;
      cluster.create(trainingRuns, name, { ...base, suspend: true });
      cluster.changeUnchecked(trainingRuns, name, merged(base, each.spec));
      done.steps++;
      const created: string[] = [];
      const stop = cluster.onJob(({ metadata }) => created.push(metadata.name));
      await cluster.settle();
      stop();
      const { status } = cluster.get(trainingRuns, name);
      assert.deepEqual(created, [], each.at);
      assert.equal(conditionOf(status, 'Failed')?.reason, 'InvalidSpec', each.at);
      await remove(cluster);
    }
    assert.ok(cluster.get(models, model).status.conditions.every(({ reason }: { reason: string }) => reason));
  });
});

const refusalOf = (field: string) => (error: unknown) =>
  error instanceof Refusal && error.message.includes(`${field}: `);
