import assert from 'node:assert/strict';
import { importancesTable } from '../../../src/web/figures/importances.js';

const table = (importances: { feature: string; increase: number; deviation: number }[]) =>
  importancesTable(importances, { caption: 'Return', unit: 'Basis points', scale: 1e4, digits: 3 }).text;

describe('the importances of features', () => {
  it('are sorted, largest first, with their spread', () => {
    const text = table([
      { feature: 'low', increase: -1e-6, deviation: 1e-6 },
      { feature: 'high', increase: 2e-5, deviation: 3e-6 },
    ]);
    assert.match(text, /high[\s\S]*\+0\.200 <small>± 0\.030[\s\S]*low[\s\S]*−0\.010 <small>± 0\.010/);
    assert.doesNotMatch(text, /All are zero/);
  });

  it('explain why all are zero', () => {
    const text = table([{ feature: 'rsi', increase: 0, deviation: 0 }]);
    assert.match(text, /<caption>Return\. All are zero: this model predicts the same whatever/);
    assert.doesNotMatch(text, /NaN/);
  });
});
