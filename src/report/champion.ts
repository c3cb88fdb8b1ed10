/** Compares the run with the version that served when it was evaluated, on days that neither was trained on. */
import type { ChampionComparison, ComparedChampion } from '../api/evaluation.ts';
import { count, day, decimal, percent, pValue, signed } from '../web/format.js';
import { type Html, html, scrollable } from '../web/html.js';

/** Empty if no version served. */
export function championSection(champion: ChampionComparison | undefined): Html {
  if (champion === undefined) return html``;
  return html`<section aria-labelledby="champion">
<h2 id="champion">Against the champion</h2>
${champion.comparable ? table(champion) : html`<p>Version ${champion.version} was serving but could not be compared on the same days: ${champion.message}.</p>`}
</section>`;
}

function table({ version, identical, days, regression, classification }: ComparedChampion): Html {
  const { accuracy, championAccuracy, mcnemar } = classification;
  const { lower, upper } = mcnemar.accuracyDifference;
  const points = (share: number) => signed(share * 100, 1);
  const same = identical ? html` Both models are byte-identical to the champion’s.` : html``;
  return html`<p>Version ${version} was serving. Compared on ${count(days.count)} days, ${day(days.from)} to ${day(days.to)}, after the training data of both.${same}</p>
${scrollable(
  'Against the champion',
  html`<table class="scores">
<thead><tr><th scope="col">Figure</th><th scope="col">This run</th><th scope="col">Champion</th><th scope="col">Difference</th></tr></thead>
<tbody>
<tr><th scope="row">RMSE of the return</th><td>${percent(regression.rmse, 4)}</td><td>${percent(regression.championRmse, 4)}</td><td>ratio ${decimal(regression.rmseRatio, 4)}<br><small>Diebold-Mariano ${pValue(regression.dieboldMariano.pValue)}</small></td></tr>
<tr><th scope="row">Accuracy of the risk class</th><td>${percent(accuracy, 1)}</td><td>${percent(championAccuracy, 1)}</td><td>${points(accuracy - championAccuracy)} points (${points(lower)} to ${points(upper)})<br><small>McNemar ${pValue(mcnemar.pValue)}</small></td></tr>
</tbody>
</table>`,
)}`;
}
