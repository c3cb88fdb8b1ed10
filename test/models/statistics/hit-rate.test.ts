import { equal } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hitRate } from '../../../src/models/statistics/hit-rate.ts';

describe('hitRate', () => {
  const table: [name: string, actual: number[], predicted: number[], rate: number][] = [
    ['every direction', [1, -2, 3], [0.1, -0.1, 0.1], 1],
    ['no direction', [1, -2], [-1, 2], 0],
    ['half of them', [1, -2, 3, -4], [1, 1, 1, 1], 0.5],
    ['a forecast of zero on moving days', [1, -2], [0, 0], 0],
    ['a forecast of zero on a still day', [0, -2], [0, 0], 0.5],
  ];
  for (const [name, truth, guess, rate] of table) {
    it(`counts ${name}`, () => equal(hitRate(Float64Array.from(truth), Float64Array.from(guess)), rate));
  }
});
