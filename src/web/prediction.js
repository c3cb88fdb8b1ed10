// @ts-check
/** @import { PredictAnswer } from '../api/predict.ts' */
import { percent, riskNames, signedPercent } from './format.js';
import { html } from './html.js';

/** An answer of `/predict`. @param {PredictAnswer} answer */
export function predictionFigures({ predicted_return, risk, probabilities }) {
  const shares = [probabilities.low, probabilities.medium, probabilities.high];
  const votes = shares.map(
    (share, level) => html`<li><span>${riskNames[level]}</span>
<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="vote-track" width="100" height="8"/><rect class="vote-${riskNames[level]}" width="${(share * 100).toFixed(1)}" height="8"/></svg>
<span>${percent(share, 1)}</span></li>`,
  );
  return html`<dl class="prediction">
<div><dt>Predicted return</dt><dd class="figure">${signedPercent(predicted_return, 3)}</dd></div>
<div><dt>Risk class</dt><dd><span class="figure">${risk}</span>
<ul class="votes" aria-label="Share of the forest’s votes">${votes}</ul></dd></div>
</dl>`;
}
