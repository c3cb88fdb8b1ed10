import { describe, it } from 'mocha';
import { studentTwoSided } from '../../../src/models/statistics/student-t.ts';
import { close } from './close.ts';

// Reference values: SciPy 1.17, scipy.stats.t.sf.

describe('studentTwoSided', () => {
  const table: [statistic: number, degrees: number, p: number][] = [
    [0, 5, 1],
    [1, 1, 0.5],
    // The 97.5 % point for ten degrees of freedom that every textbook prints as 2.228.
    [2.2281388519649385, 10, 0.05000000000180864],
    [-2.5, 30, 0.01811564906806669],
    [1.96, 998, 0.05027374106875209],
    [6, 998, 2.757171021151011e-9],
    [-0.4678, 239, 0.6403538995529064],
    [40, 3, 3.4380680789158506e-5],
    [12, 5000, 9.966656426348314e-33],
    [Number.POSITIVE_INFINITY, 10, 0],
    [1e200, 10, 0],
  ];
  for (const [statistic, degrees, p] of table) {
    it(`of ${statistic} with ${degrees} degrees`, () => {
      close(studentTwoSided(statistic, degrees), p, 1e-10);
    });
  }
});
