// @ts-check
/** @import { ClassifierScore } from '../../api/evaluation.ts' */
import { count, percent, riskNames } from '../format.js';
import { html, scrollable } from '../html.js';

/**
 * A confusion matrix as a table: rows the true class, columns the predicted one, shaded by the share of
 * its row.
 * @param {ClassifierScore} score
 * @param {string} caption
 */
export function confusionTable({ confusion, precision, recall }, caption) {
  const rows = confusion.map((days, actual) => {
    const total = days.reduce((sum, value) => sum + value, 0);
    const cells = days.map((value, predicted) => {
      const share = total === 0 ? 0 : value / total;
      const right = actual === predicted ? ' right' : '';
      return html`<td class="heat-${Math.round(share * 10)}${right}"><b>${count(value)}</b><small>${percent(share, 1)}</small></td>`;
    });
    return html`<tr><th scope="row">${riskNames[actual]}</th>${cells}<td class="margin">${percent(recall[actual] ?? null, 1)}</td></tr>
`;
  });
  return scrollable(
    caption,
    html`<table class="confusion">
<caption>${caption}</caption>
<thead><tr><td></td><th scope="colgroup" colspan="3">Predicted</th><td></td></tr>
<tr><th scope="col">Actual</th>${riskNames.map(name => html`<th scope="col">${name}</th>`)}<th scope="col">Recall</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Precision</th>${precision.map(share => html`<td class="margin">${percent(share, 1)}</td>`)}<td></td></tr></tfoot>
</table>`,
  );
}
