import { equal, ok, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { incompleteBeta, logGamma } from '../../../src/models/statistics/incomplete-beta.ts';
import { close } from './close.ts';

// Reference values: SciPy 1.17, scipy.special.gammaln and betainc.

describe('logGamma', () => {
  const table: [x: number, value: number][] = [
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [10, 12.801827480081469],
    [171.5, 709.1431630309283],
    [1000, 5905.220423209181],
    [12345.678, 103959.91990554606],
  ];
  for (const [x, value] of table) it(`of ${x}`, () => close(logGamma(x), value, 1e-13));
});

describe('incompleteBeta', () => {
  const table: [x: number, a: number, b: number, value: number][] = [
    [0.5, 0.5, 0.5, 0.5],
    [0.2, 2, 3, 0.1808],
    [0.9, 2, 3, 0.9963],
    [0.01, 10, 0.5, 1.770034965528571e-21],
    [0.999, 499.5, 0.5, 0.3175526601764121],
    [0.5, 700, 301, 8.832839003974784e-38],
    [0.5, 3, 1000, 1],
    [1e-10, 0.5, 0.5, 6.366197723781918e-6],
    [0.25, 120, 300, 0.04958989124691623],
    [0.5, 5000, 5001, 0.5039893230696917],
  ];
  for (const [x, a, b, value] of table) {
    it(`of ${x} with ${a} and ${b}`, () => close(incompleteBeta(x, a, b), value, 2e-11));
  }

  it('is 0 at 0 and 1 at 1', () => {
    equal(incompleteBeta(0, 2, 3), 0);
    equal(incompleteBeta(1, 2, 3), 1);
  });

  it('mirrors: I_x(a, b) + I_(1−x)(b, a) = 1', () => {
    const shape = fc.double({ min: 0.1, max: 2000, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (x, a, b) => {
        const both = incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a);
        ok(Math.abs(both - 1) < 1e-9, `sum ${both}`);
      }),
    );
  });

  it('grows with x', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (one, other) => {
        const [lower, upper] = [Math.min(one, other), Math.max(one, other)];
        ok(incompleteBeta(lower, 3.5, 40) <= incompleteBeta(upper, 3.5, 40) + 1e-13);
      }),
    );
  });

  for (const [x, a, b] of [
    [-0.1, 1, 1],
    [1.1, 1, 1],
    [0.5, 0, 1],
    [Number.NaN, 1, 1],
  ] as const) {
    it(`is not defined for ${x}, ${a}, ${b}`, () => {
      throws(() => incompleteBeta(x, a, b), /not defined/);
    });
  }
});
