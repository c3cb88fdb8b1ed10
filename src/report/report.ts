/** Renders `report.html`: one file that needs no network and shows how good the models are. */
import { count, day } from '../web/format.js';
import { Html, html } from '../web/html.js';
import { headline } from '../web/verdict.js';
import { championSection } from './champion.ts';
import { embedJson, reportData } from './data.ts';
import type { ReportInput } from './input.ts';
import { method } from './method.ts';
import { charts, details, verdictSection } from './results.ts';
import { inlineScripts, inlineStyles, policy } from './sources.ts';

/**
 * The whole report as HTML. It refers to no other file and runs only its own scripts (its Content Security Policy
 * allows nothing else). Equal inputs give equal bytes.
 */
export function renderReport(input: ReportInput): string {
  const { evaluation } = input;
  const data = reportData(input);
  const scripts = inlineScripts();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${evaluation.symbol}: Bellwether report</title>
<link rel="icon" href="data:,">
<style>${new Html(inlineStyles())}</style>
</head>
<body>
<main>
<header class="masthead">
<p class="wordmark">Bellwether report</p>
<h1><span>${evaluation.symbol}:</span> ${headline(evaluation)}</h1>
<p class="lead">${count(evaluation.bars.count)} daily bars, ${day(evaluation.bars.from)} to ${day(evaluation.bars.to)}. Every figure below comes from days that the model had not seen.</p>
</header>
${verdictSection(evaluation)}${championSection(evaluation.champion)}
${charts(evaluation, data)}
${details(evaluation)}
${method(input)}
</main>
<footer><p>Past returns predict little of future returns, and this report measures how little. It is not investment advice.</p></footer>
<script type="application/json" id="data">${new Html(embedJson(data))}</script>
${scripts.map(
  script => html`<script${script.isModule ? new Html(' type="module"') : ''}>${new Html(script.text)}</script>
`,
)}</body>
</html>
`;
  return page.text;
}
