// @ts-check
/** @import { Evaluation } from '../api/evaluation.ts' */
import { percent, pValue } from './format.js';
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
 * Both outcomes in one sentence, the one that is easier to oversell first. A win over persistence that a
 * rule of thumb equals is said to be one.
 * @param {Evaluation} evaluation
 */
export function headline({ regression, classification }) {
  const beatsKnownPart = classification.walkForward.mcnemar.knownPart.accuracyDifference.lower > 0;
  const outcome = classification.verdict.outcome;
  const limit = outcome === 'Better' && !beatsKnownPart ? ', though a simple rule does as well' : '';
  const first = returnOutcome[regression.verdict.outcome];
  return `${first[0]?.toUpperCase()}${first.slice(1)}; the risk class is ${riskOutcome[outcome]}${limit}.`;
}

/** How the forest fares against the strictest trivial rule. @param {Evaluation} evaluation */
export function knownPartSentence({ classification }) {
  const { model, baselines, mcnemar } = classification.walkForward;
  return (
    `The known-part rule (the class of the days of the window that have already happened) is right on ` +
    `${percent(baselines.knownPart.accuracy, 1)} of days in walk-forward, the forest on ` +
    `${percent(model.accuracy, 1)} (McNemar ${pValue(mcnemar.knownPart.pValue)}).`
  );
}

/** The two verdicts in words. @param {Evaluation} evaluation */
export function verdicts(evaluation) {
  const { regression, classification } = evaluation;
  return html`<dl class="verdicts">
<div class="verdict verdict-${regression.verdict.outcome}"><dt>Return <span>XGBoost</span></dt><dd>${regression.verdict.text}</dd></div>
<div class="verdict verdict-${classification.verdict.outcome}"><dt>Risk <span>random forest</span></dt><dd>${classification.verdict.text} ${knownPartSentence(evaluation)}</dd></div>
</dl>`;
}
