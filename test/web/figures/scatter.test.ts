import assert from 'node:assert/strict';
import { scatterFigure } from '../../../src/web/figures/scatter.js';

const days = Array.from({ length: 40 }, (_, i) => i);
const actual = days.map(i => Math.sin(i) / 50);
const draw = (predicted: readonly number[]) => scatterFigure(predicted, actual, 'Holdout').text;

describe('the scatter of predicted and actual returns', () => {
  it('explains why all points are on one line when all predictions are equal', () => {
    const figure = draw(days.map(() => 0.000884));
    assert.match(figure, /Every day has the same prediction, \+0\.088\u00a0%/);
    assert.match(figure, /a model without trees, which predicts the training mean/);
  });

  it('explains why points are above each other when there are few different predictions', () => {
    assert.match(draw(days.map(i => (i % 3) / 1000)), /there are 3 different ones/);
  });

  it('does not explain it when all predictions are different', () => {
    assert.doesNotMatch(draw(days.map(i => i / 1e5)), /same prediction/);
  });

  it('labels tiny predictions with enough digits to distinguish them', () => {
    const labels = [...draw(days.map(i => i / 1e8)).matchAll(/>([^<>]*)\u00a0%</g)].map(([, text]) => text);
    const across = labels.slice(0, 5);
    assert.equal(new Set(across).size, 5, across.join(' '));
  });

  it('never contains NaN, for any input', () => {
    for (const figure of [draw(days.map(() => 0)), scatterFigure([0.01], [0.02], 'One').text]) {
      assert.doesNotMatch(figure, /NaN|Infinity|undefined/);
    }
    assert.doesNotMatch(scatterFigure([], [], 'None').text, /NaN|Infinity|undefined/);
  });
});
