import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { constantReturns, constantRisk, majorityRisk } from '../../src/models/baselines.ts';

describe('baselines', () => {
  it('repeat one return or one class', () => {
    deepEqual(constantReturns(0.001, 3), Float64Array.of(0.001, 0.001, 0.001));
    deepEqual(constantRisk(2, 2), Uint8Array.of(2, 2));
    deepEqual(constantReturns(0, 0), new Float64Array(0));
  });

  const majorities: [name: string, levels: number[], majority: number][] = [
    ['the most frequent class', [0, 2, 2, 1, 2], 2],
    ['the lowest of equally frequent ones', [2, 1, 1, 2, 0], 1],
    ['the only class', [1, 1], 1],
  ];
  for (const [name, levels, majority] of majorities) {
    it(`take ${name} as the majority`, () => equal(majorityRisk(Uint8Array.from(levels)), majority));
  }
});
