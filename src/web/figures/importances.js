// @ts-check
/** @import { Evaluation } from '../../api/evaluation.ts' */
import { signed } from '../format.js';
import { html, scrollable } from '../html.js';

const width = 180;
const height = 20;

/**
 * The increase of the loss when one feature's values are shuffled, largest first, as a bar from zero with a whisker of
 * one standard deviation to each side.
 * @param {Evaluation['regression']['importances']} importances
 * @param {{caption: string, unit: string, scale: number, digits: number}} options figures are shown times
 *   `scale`, in `unit`
 */
export function importancesTable(importances, { caption, unit, scale, digits }) {
  const ends = importances.flatMap(({ increase, deviation }) => [increase - deviation, increase + deviation]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const x = (/** @type {number} */ value) =>
    high === low ? 4 : 4 + ((width - 8) * (value - low)) / (high - low);
  const isUnused = importances.every(({ increase, deviation }) => increase === 0 && deviation === 0);
  const rows = importances
    .toSorted((a, b) => b.increase - a.increase)
    .map(({ feature, increase, deviation }) => {
      const from = Math.min(x(0), x(increase));
      const length = Math.abs(x(increase) - x(0));
      return html`<tr><th scope="row"><code>${feature}</code></th><td class="lollipop"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true"><rect class="bar" x="${from.toFixed(1)}" y="4" width="${length.toFixed(1)}" height="12"/><path class="whisker" d="M${x(increase - deviation).toFixed(1)} 10H${x(increase + deviation).toFixed(1)}"/><path class="reference" d="M${x(0).toFixed(1)} 0V${height}"/></svg></td><td>${signed(increase * scale, digits)} <small>± ${(deviation * scale).toFixed(digits)}</small></td></tr>
`;
    });
  return scrollable(
    caption,
    html`<table class="scores importances">
<caption>${caption}${isUnused && '. All are zero: this model predicts the same whatever the features say'}</caption>
<thead><tr><th scope="col">Feature</th><th scope="col" colspan="2">${unit}</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
  );
}

/** The return model's. @param {Evaluation} evaluation */
export function returnImportances({ regression }) {
  return importancesTable(regression.importances, {
    caption: 'Return: rise of the RMSE when a feature is shuffled',
    unit: 'Basis points (0.01 %) of RMSE',
    scale: 1e4,
    digits: 3,
  });
}

/** The risk model's. @param {Evaluation} evaluation */
export function riskImportances({ classification }) {
  return importancesTable(classification.importances, {
    caption: 'Risk: rise of the error rate when a feature is shuffled',
    unit: 'Percentage points of error',
    scale: 100,
    digits: 2,
  });
}
