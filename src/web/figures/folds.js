// @ts-check
/** @import { Evaluation } from '../../api/evaluation.ts' */
import { count, decimal, month, percent } from '../format.js';
import { html, scrollable } from '../html.js';

const width = 160;
const height = 22;

/** "Equal" if the figure beside it is 1. @param {number} ratio */
function outcomeOf(ratio) {
  if (decimal(ratio, 4) === '1.0000') return 'equal';
  return ratio > 1 ? 'worse' : 'better';
}

/**
 * Walk-forward fold by fold: the model's RMSE over the mean's as a line from 1, to the right where the model
 * is worse.
 * @param {Evaluation} evaluation
 */
export function foldsTable({ regression }) {
  const { folds } = regression;
  const reach = Math.max(0.001, ...folds.map(fold => Math.abs(fold.ratio - 1))) * 1.08;
  const x = (/** @type {number} */ ratio) => (width / 2) * (1 + (ratio - 1) / reach);
  const rows = folds.map(fold => {
    const end = x(fold.ratio).toFixed(1);
    const outcome = outcomeOf(fold.ratio);
    return html`<tr><th scope="row">${month(fold.from)} to ${month(fold.to)}</th><td>${count(fold.rows)}</td><td>${count(fold.trainedRows)}</td><td>${percent(fold.rmse, 4)}</td><td>${percent(fold.meanRmse, 4)}</td>
<td class="lollipop"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="reference" d="M${width / 2} 0V${height}"/><path class="${outcome}" d="M${width / 2} ${height / 2}H${end}"/><circle class="${outcome}" cx="${end}" cy="${height / 2}" r="4"/></svg></td><td>${decimal(fold.ratio, 4)} <small>${outcome}</small></td><td>${percent(fold.accuracy, 1)}</td><td>${percent(fold.persistenceAccuracy, 1)}</td></tr>
`;
  });
  return scrollable(
    'Walk-forward by fold',
    html`<table class="scores folds">
<caption>Walk-forward by fold: the return’s RMSE against the mean’s, and the accuracy of the risk class against persistence. The line starts at 1; to the left the model is better, to the right worse.</caption>
<thead><tr><th scope="col">Fold</th><th scope="col">Days</th><th scope="col">Trained on</th><th scope="col">RMSE</th><th scope="col">Mean’s</th><th scope="col" colspan="2">Ratio</th><th scope="col">Accuracy</th><th scope="col">Persistence</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
  );
}
