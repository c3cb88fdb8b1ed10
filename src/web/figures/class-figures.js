// @ts-check
/** @import { Evaluation } from '../../api/evaluation.ts' */
import { html } from '../html.js';
import { calibrationFigure } from './calibration.js';
import { confusionTable } from './confusion.js';

/** Confusion and calibration of the risk class, walk-forward beside holdout. @param {Evaluation} evaluation */
export function classFigures({ classification: { walkForward, holdout } }) {
  return html`<div class="pair">
${confusionTable(walkForward.model, 'Walk-forward: days, and their share of the actual class')}
${confusionTable(holdout.model, 'Holdout: days, and their share of the actual class')}
</div>
<div class="pair">
${calibrationFigure(walkForward, 'Calibration, walk-forward')}
${calibrationFigure(holdout, 'Calibration, holdout')}
</div>`;
}
