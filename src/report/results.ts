/** The results: verdicts and tables first, then the charts, then what lies behind them. */
import type { Evaluation } from '../api/evaluation.ts';
import { chartFrame, rangeButtons, returnsKey, riskKey } from '../web/chart-frames.js';
import { calibrationFigure } from '../web/figures/calibration.js';
import { confusionTable } from '../web/figures/confusion.js';
import { foldsTable } from '../web/figures/folds.js';
import { returnImportances, riskImportances } from '../web/figures/importances.js';
import { scatterFigure } from '../web/figures/scatter.js';
import { day, percent } from '../web/format.js';
import { html } from '../web/html.js';
import { returnTable, riskTable } from '../web/score-tables.js';
import { verdicts } from '../web/verdict.js';
import type { ReportData } from './data.ts';

export function verdictSection(evaluation: Evaluation) {
  return html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
${verdicts(evaluation)}
${returnTable(evaluation)}
${riskTable(evaluation)}
</section>`;
}

export function charts(evaluation: Evaluation, data: ReportData) {
  const { from, to } = evaluation.bars;
  const [low, high] = evaluation.classification.thresholds;
  const { walk_forward: walkForward, holdout } = data.returns;
  const span = `from ${day(from)} to ${day(to)}`;
  return html`<section aria-labelledby="charts">
<div class="heading"><h2 id="charts">Price, risk and return</h2>${rangeButtons()}</div>
${chartFrame('price', {
  title: 'Price',
  key: riskKey(),
  description: `Daily closing price of ${evaluation.symbol} ${span}: first ${data.close[0]}, last ${data.close.at(-1)}, lowest ${Math.min(...data.close)}, highest ${Math.max(...data.close)}. The background is coloured by each day's risk class.`,
})}
${chartFrame('volatility', {
  title: 'Volatility',
  key: riskKey(),
  description: `Rolling standard deviation of daily returns ${span}. Below ${percent(low)} the risk is Low, above ${percent(high)} High.`,
})}
${chartFrame('returns-walk-forward', {
  title: 'Next-day return, walk-forward',
  key: returnsKey(),
  description: `Actual and predicted next-day returns of ${walkForward.dates.length} days, walk-forward; the predictions stay close to the mean.`,
})}
${chartFrame('returns-holdout', {
  title: 'Next-day return, holdout',
  key: returnsKey(),
  description: `Actual and predicted next-day returns of ${holdout.dates.length} days, holdout.`,
})}
<div class="pair">
${scatterFigure(walkForward.predicted, walkForward.actual, 'Walk-forward')}
${scatterFigure(holdout.predicted, holdout.actual, 'Holdout')}
</div>
</section>`;
}

export function details(evaluation: Evaluation) {
  const { walkForward, holdout } = evaluation.classification;
  return html`<section aria-labelledby="folds">
<h2 id="folds">Fold by fold</h2>
${foldsTable(evaluation)}
</section>
<section aria-labelledby="classes">
<h2 id="classes">Where the risk class is right, and how sure it is</h2>
<div class="pair">
${confusionTable(walkForward.model, 'Walk-forward: days, and their share of the actual class')}
${confusionTable(holdout.model, 'Holdout: days, and their share of the actual class')}
</div>
<div class="pair">
${calibrationFigure(walkForward, 'Calibration, walk-forward')}
${calibrationFigure(holdout, 'Calibration, holdout')}
</div>
</section>
<section aria-labelledby="importances">
<h2 id="importances">What the models look at</h2>
<div class="pair">
${returnImportances(evaluation)}
${riskImportances(evaluation)}
</div>
</section>`;
}
