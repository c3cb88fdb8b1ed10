// @ts-check
/** The script of report.html: draws the charts from the data embedded in the file. */
/** @import { ReportData } from './report-data.ts' */
import { connectRanges } from './charts/plot.js';
import { priceChart, returnsChart, volatilityChart } from './charts.js';

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {ReportData} */
const data = JSON.parse(byId('data').textContent ?? '');

priceChart(byId('price'), data);
volatilityChart(byId('volatility'), data, data.thresholds);
returnsChart(byId('returns-walk-forward'), data.returns.walk_forward);
returnsChart(byId('returns-holdout'), data.returns.holdout);
connectRanges(document);
