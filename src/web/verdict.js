// @ts-check
/** @import { Evaluation } from '../api/evaluation.ts' */
import { unbroken } from './format.js';
import { html } from './html.js';

const returnOutcome = {
  Better: 'the return forecast beats the mean',
  NotDistinguishable: 'the return forecast does not beat the mean',
  Worse: 'the return forecast is worse than the mean',
};
const riskOutcome = {
  Better: 'better than persistence',
  NotDistinguishable: 'no better than persistence',
  Worse: 'worse than persistence',
};

/**
 * Both outcomes in one sentence, the return first because it is easier to oversell. If another rule equals a model that
 * beats persistence (by the test and interval of the verdict), the sentence mentions that rule.
 * @param {Evaluation} evaluation
 */
export function headline({ regression, classification }) {
  const { knownPart, majority } = classification.walkForward.mcnemar;
  const beaten = [knownPart, majority].every(
    ({ accuracyDifference, pValue }) => accuracyDifference.lower > 0 && pValue < 0.05,
  );
  const outcome = classification.verdict.outcome;
  const limit = outcome === 'Better' && !beaten ? ', though a simple rule does as well' : '';
  const first = returnOutcome[regression.verdict.outcome];
  return `${first[0]?.toUpperCase()}${first.slice(1)}; the risk class is ${riskOutcome[outcome]}${limit}.`;
}

/** The two verdicts in words. @param {Evaluation} evaluation */
export function verdicts({ regression, classification }) {
  return html`<dl class="verdicts">
<div class="verdict verdict-${regression.verdict.outcome}"><dt>Return <span>XGBoost</span></dt><dd>${unbroken(regression.verdict.text)}</dd></div>
<div class="verdict verdict-${classification.verdict.outcome}"><dt>Risk <span>random forest</span></dt><dd>${unbroken(classification.verdict.text)}</dd></div>
</dl>`;
}
