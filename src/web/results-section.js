// @ts-check
/** @import { Evaluation } from '../api/evaluation.ts' */
import { calibrationFigure } from './figures/calibration.js';
import { confusionTable } from './figures/confusion.js';
import { foldsTable } from './figures/folds.js';
import { html } from './html.js';
import { returnTable, riskTable } from './score-tables.js';
import { verdicts } from './verdict.js';

/**
 * The verdicts and the scores beside the trivial predictors.
 * @param {HTMLElement} section
 * @param {Evaluation} evaluation
 */
export function showResults(section, evaluation) {
  const { holdout, walkForward } = evaluation.classification;
  section.innerHTML = String(html`<h2>How good it is</h2>
${verdicts(evaluation)}
${returnTable(evaluation)}
${riskTable(evaluation)}
<details><summary>Fold by fold</summary>${foldsTable(evaluation)}</details>
<details><summary>Confusion and calibration</summary>
<div class="pair">
${confusionTable(walkForward.model, 'Walk-forward: days, and their share of the actual class')}
${confusionTable(holdout.model, 'Holdout: days, and their share of the actual class')}
</div>
<div class="pair">
${calibrationFigure(walkForward, 'Calibration, walk-forward')}
${calibrationFigure(holdout, 'Calibration, holdout')}
</div>
</details>
<p>Features, parameters, windows and the proof that nothing looks ahead are in the <a href="/model/report">report</a>.</p>`);
}
