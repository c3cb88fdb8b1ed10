// @ts-check
/** @import { Evaluation } from '../api/evaluation.ts' */
import { classFigures } from './figures/class-figures.js';
import { foldsTable } from './figures/folds.js';
import { html } from './html.js';
import { returnTable, riskTable } from './score-tables.js';
import { verdicts } from './verdict.js';

/**
 * The verdicts and the scores, compared with the trivial predictors.
 * @param {HTMLElement} section
 * @param {Evaluation} evaluation
 */
export function showResults(section, evaluation) {
  section.innerHTML = String(html`<h2>How good it is</h2>
${verdicts(evaluation)}
${returnTable(evaluation)}
${riskTable(evaluation)}
<details><summary>Fold by fold</summary>${foldsTable(evaluation)}</details>
<details><summary>Confusion and calibration</summary>
${classFigures(evaluation)}
</details>
<p>Features, parameters, windows and the look-ahead proof are in the <a href="/model/report">report</a>.</p>`);
}
