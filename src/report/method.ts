/** The method: windows, targets, parameters with the reasons for them, features, and the leakage proof. */
import type { Feature, ModelCard, Window } from '../api/artifacts.ts';
import { count, day, decimal, percent } from '../web/format.js';
import { type Html, html, scrollable } from '../web/html.js';
import type { ReportInput } from './input.ts';

export function method({ evaluation, model, dataset }: ReportInput) {
  const { leakage } = dataset.description;
  const { risk } = model;
  return html`<section aria-labelledby="method">
<h2 id="method">What was done</h2>
<h3>Windows</h3>
<p>Between training and test rows an embargo of ${evaluation.embargoDays} trading days is left out, so that no label of a training row reaches into a test row’s day; averages of the first test rows do look back across it, as they do when the model serves. Parameters were chosen inside the training window only; the model judged here on the holdout is the one that serves, not refitted afterwards.</p>
${windowsTable(evaluation)}
<h3>Targets</h3>
<p>Return: the next day’s simple price return, close over close less one, of the close adjusted for splits but not for dividends. Risk: the class of the sample standard deviation of ${risk.window} daily returns as of ${risk.horizonDays === 1 ? 'the next day' : `${risk.horizonDays} days ahead`}; Low below ${percent(risk.thresholds[0], 3)} a day, High above ${percent(risk.thresholds[1], 3)}, thresholds from the training window only. ${risk.window - risk.horizonDays} of the ${risk.window} returns are known when the prediction is made: that is why the known-part rule stands beside the model.</p>
<h3>Models</h3>
${regressor(model)}
${classifier(model)}
<h3>Features</h3>
${featuresTable(model.features)}
<h3>Proof that nothing looks ahead</h3>
<p>Every feature was computed again on the history cut off at ${count(leakage.cutPoints)} points; ${count(leakage.comparedValues)} values were compared and none had changed. Had one changed, the run would have failed.</p>
</section>`;
}

function windowsTable({ training, walkForward, holdout }: ReportInput['evaluation']) {
  const row = (name: string, { from, to, fromRow, toRow }: Window) =>
    html`<tr><th scope="row">${name}</th><td>${day(from)}</td><td>${day(to)}</td><td>${count(toRow - fromRow)}</td></tr>
`;
  return table(
    'Windows of days',
    ['Window', 'From', 'To', 'Days'],
    [row('Training', training), row('Holdout', holdout), row('Walk-forward, test days', walkForward)],
  );
}

function regressor({ regressor: { parameters, choice, trees, trainingMean, candidates } }: ModelCard) {
  const { maxDepth, learningRate, minChildWeight, rounds } = parameters;
  const grown =
    trees === 0
      ? 'without a tree: it predicts'
      : `${trees} trees (depth ${maxDepth}, learning rate ${learningRate}, minimum child weight ${minChildWeight}, ${rounds} rounds) on top of`;
  const rows = candidates.map(
    candidate =>
      html`<tr><td>${candidate.maxDepth}</td><td>${candidate.learningRate}</td><td>${candidate.minChildWeight}</td><td>${candidate.rounds}</td><td>${percent(candidate.rmse, 4)}</td><td>${percent(candidate.meanRmse, 4)}</td><td>${decimal(candidate.rmse / candidate.meanRmse, 4)}</td></tr>
`,
  );
  return html`<p><strong>Return: XGBoost</strong>, ${grown} the training mean of ${percent(trainingMean, 4)} a day. ${choice}</p>
<details><summary>All ${candidates.length} candidates for the return, walk-forward inside the training window</summary>
${table('Candidates for the return', ['Depth', 'Learning rate', 'Minimum child weight', 'Rounds', 'RMSE', 'Mean’s', 'Ratio'], rows)}
</details>`;
}

function classifier({ classifier: { parameters, choice, trees, candidates } }: ModelCard) {
  const { maxDepth, minimumLeafRows, featureFraction, sampling } = parameters;
  const rows = candidates.map(
    candidate =>
      html`<tr><td>${candidate.maxDepth}</td><td>${candidate.sampling}</td><td>${percent(candidate.accuracy, 2)}</td><td>${percent(candidate.balancedAccuracy, 2)}</td></tr>
`,
  );
  return html`<p><strong>Risk: random forest</strong>, ${trees} trees (depth ${maxDepth}, nodes of ${minimumLeafRows} rows or fewer not split, ${percent(featureFraction, 0)} of the features for each tree, ${sampling.toLowerCase()} sampling). ${choice}</p>
<details><summary>All ${candidates.length} candidates for the risk, walk-forward inside the training window</summary>
${table('Candidates for the risk', ['Depth', 'Sampling', 'Accuracy', 'Balanced accuracy'], rows)}
</details>`;
}

function featuresTable(features: readonly Feature[]) {
  const bounds = ({ minimum, maximum }: Feature) => {
    if (minimum === null && maximum === null) return 'any';
    return maximum === null ? `from ${minimum}` : `${minimum ?? 'any'} to ${maximum}`;
  };
  const rows = features.map(
    feature =>
      html`<tr><th scope="row"><code>${feature.name}</code></th><td class="text">${feature.description}</td><td class="text">${feature.unit}</td><td>${bounds(feature)}</td><td>${feature.lookback}</td></tr>
`,
  );
  return table(
    'Features of the models',
    ['Feature', 'What it is', 'Unit', 'Bounds', 'Bars needed'],
    rows,
    'features',
  );
}

function table(caption: string, columns: readonly string[], rows: readonly Html[], kind?: string) {
  return scrollable(
    caption,
    html`<table class="${kind}">
<caption>${caption}</caption>
<thead><tr>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table>`,
  );
}
