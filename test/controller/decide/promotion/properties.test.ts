import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { conditionSchema } from '../../../../src/api/conditions.ts';
import { modelStatusSchema } from '../../../../src/api/model.ts';
import type { DecidedRun } from '../../../../src/controller/decide/types.ts';
import type { ModelResource } from '../../../../src/controller/observation.ts';
import {
  aChampion,
  beside,
  championVersion,
  complete,
  decide,
  figures,
  modelWith,
  written,
} from './challengers.ts';

const names = ['ant', 'bee', 'cat', 'dog'];
const version = fc.constantFrom(championVersion, ...names.map((_, i) => String(i).repeat(12)));
const changes = fc.record({
  championVersion: version,
  rmseRatio: fc.constantFrom('0.99', '1', '1.1', 'NaN'),
  championRmseRatio: fc.constantFrom('0.99', '1', '1.001', '1.1'),
  championReturnPValue: fc.constantFrom('0.001', '0.02', '1'),
  holdoutTo: fc.constantFrom('2018-05-09', '2018-06-09'),
  championComparable: fc.constantFrom('true', 'true', 'false'),
  championProblem: fc.constantFrom('Missing', 'Altered', 'TooFewDays'),
});
const runs: fc.Arbitrary<DecidedRun[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      changes,
      version,
      seconds: fc.integer({ min: 0, max: 3 }),
      hasApprovalAnnotation: fc.boolean(),
    }),
    { selector: run => run.name },
  )
  .map(list =>
    list.map(({ name, changes: figures, version: made, seconds, hasApprovalAnnotation }) =>
      complete(name, beside(figures), { version: made, seconds, hasApprovalAnnotation }),
    ),
  );
const models: fc.Arbitrary<ModelResource> = fc
  .record({
    champion: fc.boolean(),
    policy: fc.constantFrom('Automatic', 'Manual'),
    pinnedRun: fc.option(fc.constantFrom(...names, 'before'), { nil: undefined }),
    approval: fc.option(fc.record({ approvedRun: fc.constantFrom(...names) }), { nil: undefined }),
    approvedVersion: fc.option(version, { nil: undefined }),
  })
  .map(({ champion, policy, pinnedRun, approval, approvedVersion }) =>
    modelWith(champion ? { champion: aChampion() } : {}, {
      promotion: { policy, ...approval, ...(approval && approvedVersion && { approvedVersion }) },
      ...(pinnedRun && { pinnedRun }),
    }),
  );

describe('promotion, for any runs', () => {
  it('changes the champion only to the run of the newest entry Promoted or Pinned', () => {
    fc.assert(
      fc.property(models, runs, (model, list) => {
        const { champion, history } = decide(model, list);
        const made = history.find(({ outcome }) => outcome === 'Promoted' || outcome === 'Pinned');
        if (made === undefined) return deepEqual(champion, model.status.champion ?? null);
        deepEqual([champion?.run, champion?.version], [made.run, made.version]);
      }),
    );
  });

  it('does not depend on the order of the runs', () => {
    fc.assert(
      fc.property(
        models,
        runs.chain(list =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        (model, [list, shuffled]) => {
          const [one, other] = [decide(model, list), decide(model, shuffled)];
          deepEqual(other, one);
        },
      ),
    );
  });

  it('is idempotent: deciding again with the stored statuses changes and announces nothing', () => {
    fc.assert(
      fc.property(models, runs, (model, list) => {
        const first = decide(model, list);
        const next = written(model, list, first);
        const second = decide(next.model, next.runs, 600);
        deepEqual(second.champion, first.champion);
        deepEqual(second.history, first.history);
        deepEqual(second.judged, first.judged);
        deepEqual(second.conditions, first.conditions);
        deepEqual(second.events, []);
      }),
    );
  });

  it('returns a valid status, and a condition for every run', () => {
    fc.assert(
      fc.property(models, runs, (model, list) => {
        const decision = decide(model, list);
        const { status } = written(model, list, decision).model;
        ok(modelStatusSchema.safeParse(status).success);
        equal(decision.conditions.size, list.length);
        for (const condition of decision.conditions.values()) conditionSchema.parse(condition);
      }),
    );
  });

  it("promotes nothing with the champion's own figures on the same data", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names)), list => {
        const equals = list.map((name, i) => complete(name, beside(), { seconds: i }));
        equal(
          decide(modelWith({ champion: aChampion({ metrics: figures() }) }), equals).champion?.version,
          championVersion,
        );
      }),
    );
  });
});
