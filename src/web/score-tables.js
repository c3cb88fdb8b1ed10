// @ts-check
/** @import { ClassificationScore, ClassifierScore, Evaluation, RegressionScore } from '../api/evaluation.ts' */
import {
  count,
  day,
  decimal,
  percent,
  percentInterval,
  pValue,
  riskNames,
  signed,
  signedPercent,
} from './format.js';
import { html, scrollable } from './html.js';

/** Errors of the return forecast and of the trivial predictors. @param {Evaluation} evaluation */
export function returnTable({ regression, walkForward, holdout }) {
  return scrollable(
    'Next-day return: errors',
    html`<table class="scores">
<caption>Next-day return. Errors in percent a day; lower is better.</caption>
<thead><tr><th scope="col">Predictor</th><th scope="col">RMSE</th><th scope="col">MAE</th><th scope="col">Sign right</th><th scope="col">Squared error against the mean’s (95 % interval)</th></tr></thead>
${returnRows(`Walk-forward, ${day(walkForward.from)} to ${day(walkForward.to)}`, regression.walkForward)}
${returnRows(`Holdout, ${day(holdout.from)} to ${day(holdout.to)}`, regression.holdout)}
</table>`,
  );
}

/** @param {string} title @param {RegressionScore} score */
function returnRows(
  title,
  { rows, model, mean, zero, hitRate, squaredErrorDifference, dieboldMariano, rmseRatio },
) {
  // As a share of the mean's squared error, since the raw difference, about 1e-7, is hard to read.
  const share = (/** @type {number} */ difference) => signedPercent(difference / mean.rmse ** 2);
  const { estimate, lower, upper } = squaredErrorDifference;
  return html`<tbody>
<tr class="group"><th scope="rowgroup" colspan="5">${title} <span>${count(rows)} days</span></th></tr>
<tr class="ours"><th scope="row">XGBoost</th><td>${percent(model.rmse, 4)}</td><td>${percent(model.mae, 4)}</td><td>${percent(hitRate.model, 1)}</td><td>${share(estimate)} (${share(lower)} to ${share(upper)})<br><small>RMSE ratio ${decimal(rmseRatio, 4)}, Diebold-Mariano ${pValue(dieboldMariano.pValue)}</small></td></tr>
<tr><th scope="row">Training mean</th><td>${percent(mean.rmse, 4)}</td><td>${percent(mean.mae, 4)}</td><td>${percent(hitRate.mean, 1)}</td><td>0</td></tr>
<tr><th scope="row">Zero</th><td>${percent(zero.rmse, 4)}</td><td>${percent(zero.mae, 4)}</td><td>–</td><td>${share(zero.rmse ** 2 - mean.rmse ** 2)}</td></tr>
</tbody>`;
}

/** Accuracy of the risk classes and of the trivial rules. @param {Evaluation} evaluation */
export function riskTable({ classification, walkForward, holdout }) {
  return scrollable(
    'Risk class: accuracy',
    html`<table class="scores">
<caption>Risk class, Low, Medium or High; higher is better. The last column is the forest’s lead over the rule in percentage points of accuracy. Below it: the number of days on which only the forest was right, and on which only the rule was right.</caption>
<thead><tr><th scope="col">Predictor</th><th scope="col">Accuracy (95 % interval)</th><th scope="col">Balanced</th><th scope="col">Macro F1</th><th scope="col">Recall Low</th><th scope="col">Medium</th><th scope="col">High</th><th scope="col">Forest’s lead (95 % interval)</th></tr></thead>
${riskRows(`Walk-forward, ${day(walkForward.from)} to ${day(walkForward.to)}`, classification.walkForward)}
${riskRows(`Holdout, ${day(holdout.from)} to ${day(holdout.to)}`, classification.holdout)}
</table>`,
  );
}

const rules = /** @type {const} */ ([
  ['Known part', 'knownPart'],
  ['Persistence', 'persistence'],
  ['Majority', 'majority'],
]);

/** @param {string} title @param {ClassificationScore} score */
function riskRows(title, { rows, model, baselines, mcnemar, actual }) {
  const classes = actual.map((days, level) => `${riskNames[level]} ${count(days)}`).join(', ');
  const others = rules.map(([name, key]) => {
    const { onlyModelRight, onlyOtherRight, pValue: p, accuracyDifference } = mcnemar[key];
    const [lead, lower, upper] = [
      accuracyDifference.estimate,
      accuracyDifference.lower,
      accuracyDifference.upper,
    ].map(share => signed(share * 100, 1));
    return html`<tr><th scope="row">${name}</th>${scoreCells(baselines[key])}<td>${lead} (${lower} to ${upper})<br><small>${count(onlyModelRight)} : ${count(onlyOtherRight)} days, McNemar ${pValue(p)}</small></td></tr>
`;
  });
  return html`<tbody>
<tr class="group"><th scope="rowgroup" colspan="8">${title} <span>${count(rows)} days: ${classes}</span></th></tr>
<tr class="ours"><th scope="row">Random forest</th>${scoreCells(model)}<td>–</td></tr>
${others}</tbody>`;
}

/** @param {ClassifierScore} score */
function scoreCells({ accuracyInterval, balancedAccuracy, macroF1, recall }) {
  return html`<td>${percentInterval(accuracyInterval)}</td><td>${percent(balancedAccuracy, 1)}</td><td>${decimal(macroF1, 3)}</td>${recall.map(share => html`<td>${percent(share, 1)}</td>`)}`;
}
