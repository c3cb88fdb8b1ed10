/** The results: verdicts and tables, charts, then details. */
import type { Evaluation } from '../api/evaluation.ts';
import { priceFrame, rangeButtons, returnsFrame, volatilityFrame } from '../web/chart-frames.js';
import { classFigures } from '../web/figures/class-figures.js';
import { foldsTable } from '../web/figures/folds.js';
import { returnImportances, riskImportances } from '../web/figures/importances.js';
import { scatterFigure } from '../web/figures/scatter.js';
import { html } from '../web/html.js';
import type { ReportData } from '../web/report-data.ts';
import { returnTable, riskTable } from '../web/score-tables.js';
import { verdicts } from '../web/verdict.js';

export function verdictSection(evaluation: Evaluation) {
  return html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
${verdicts(evaluation)}
${returnTable(evaluation)}
${riskTable(evaluation)}
</section>`;
}

export function charts(evaluation: Evaluation, data: ReportData) {
  const { walk_forward: walkForward, holdout } = data.returns;
  return html`<section aria-labelledby="charts">
<div class="heading"><h2 id="charts">Price, risk and return</h2>${rangeButtons()}</div>
${priceFrame(evaluation.symbol, data.dates, data.close)}
${volatilityFrame(data.dates, data.thresholds)}
${returnsFrame('returns-walk-forward', 'walk-forward', walkForward.dates)}
${returnsFrame('returns-holdout', 'holdout', holdout.dates)}
<div class="pair">
${scatterFigure(walkForward.predicted, walkForward.actual, 'Walk-forward')}
${scatterFigure(holdout.predicted, holdout.actual, 'Holdout')}
</div>
</section>`;
}

export function details(evaluation: Evaluation) {
  return html`<section aria-labelledby="folds">
<h2 id="folds">Fold by fold</h2>
${foldsTable(evaluation)}
</section>
<section aria-labelledby="classes">
<h2 id="classes">Where the risk class is right, and how sure it is</h2>
${classFigures(evaluation)}
</section>
<section aria-labelledby="importances">
<h2 id="importances">What the models look at</h2>
<div class="pair">
${returnImportances(evaluation)}
${riskImportances(evaluation)}
</div>
</section>`;
}
