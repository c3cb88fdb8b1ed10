import assert from 'node:assert/strict';
import { drawRows, rowsByClass } from '../../../src/models/forest/sampling.ts';
import { Random } from '../../../src/models/random.ts';

describe('drawRows', () => {
  const countsOf = (labels: readonly number[], drawn: readonly number[]) => {
    const counts = [0, 0, 0];
    for (const row of drawn) counts[labels[row]!]! += 1;
    return counts;
  };
  const classesOf = (labels: readonly number[]) => rowsByClass(Uint8Array.from(labels));
  const labelsOf = (low: number, medium: number, high: number) =>
    [low, medium, high].flatMap((count, level) => Array.from({ length: count }, () => level));

  const cases = [
    { has: labelsOf(70, 20, 10), sampling: 'Stratified', drawn: [70, 20, 10] },
    { has: labelsOf(70, 20, 10), sampling: 'Balanced', drawn: [34, 33, 33] },
    { has: labelsOf(0, 7, 4), sampling: 'Stratified', drawn: [0, 7, 4] },
    { has: labelsOf(0, 7, 4), sampling: 'Balanced', drawn: [0, 6, 5] },
    { has: labelsOf(0, 0, 3), sampling: 'Balanced', drawn: [0, 0, 3] },
  ] as const;
  for (const { has, sampling, drawn } of cases) {
    it(`${sampling} draws ${drawn} of ${countsOf(has, [...has.keys()])}`, () => {
      assert.deepEqual(countsOf(has, drawRows(classesOf(has), sampling, new Random(1))), drawn);
    });
  }

  it('draws with replacement, each row of a class as likely as the others', () => {
    const labels = labelsOf(4, 4, 4);
    const random = new Random(5);
    const times = new Float64Array(labels.length);
    const draws = 3000;
    for (let i = 0; i < draws; i++)
      for (const row of drawRows(classesOf(labels), 'Balanced', random)) times[row]! += 1;
    // Binomial: five standard deviations are 5 sqrt(4 draws / 4 · 3/4), about 240.
    for (const count of times) assert.ok(Math.abs(count - draws) < 240, `${count} of ${draws}`);
    const distinct = new Set(drawRows(classesOf(labels), 'Stratified', random)).size;
    assert.ok(distinct < labels.length);
  });

  it('repeats itself for a seed', () => {
    const labels = labelsOf(5, 6, 7);
    const draw = (seed: number) => drawRows(classesOf(labels), 'Stratified', new Random(seed));
    assert.deepEqual(draw(3), draw(3));
    assert.notDeepEqual(draw(3), draw(4));
  });
});
