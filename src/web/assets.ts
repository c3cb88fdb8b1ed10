/** Every file of the page: the path it is served at, where it is, and what it is. */
import { dependencyFile, webFile } from '../package-files.ts';

export interface Asset {
  readonly file: URL;
  readonly contentType: string;
}

const javascript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';
const html = 'text/html; charset=utf-8';

const scripts = [
  'api-error.js',
  'api.js',
  'batch-reader.js',
  'batch-result.js',
  'batch-series.js',
  'batch-summary.js',
  'batch.js',
  'chart-frames.js',
  'charts.js',
  'charts/axes.js',
  'charts/bands.js',
  'charts/colour.js',
  'charts/keys.js',
  'charts/plot.js',
  'charts/risk-bands.js',
  'charts/slider-keys.js',
  'charts/time-labels.js',
  'docs.js',
  'docs-operations.js',
  'docs-schema.js',
  'figures/calibration.js',
  'figures/class-figures.js',
  'figures/confusion.js',
  'figures/folds.js',
  'figures/importances.js',
  'figures/scatter.js',
  'format.js',
  'html.js',
  'page.js',
  'predict-form.js',
  'predict-request.js',
  'prediction.js',
  'report.js',
  'results-section.js',
  'score-tables.js',
  'series-section.js',
  'shell.js',
  'verdict.js',
];
const styles = ['base.css', 'page.css', 'report.css', 'docs.css'];

/** By request path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ['/', { file: webFile('index.html'), contentType: html }],
  ['/docs', { file: webFile('docs.html'), contentType: html }],
  ['/favicon.svg', { file: webFile('favicon.svg'), contentType: 'image/svg+xml' }],
  ...scripts.map(name => [`/assets/${name}`, { file: webFile(name), contentType: javascript }] as const),
  ...styles.map(name => [`/assets/${name}`, { file: webFile(name), contentType: css }] as const),
  [
    '/assets/uPlot.iife.min.js',
    { file: dependencyFile('uplot/dist/uPlot.iife.min.js'), contentType: javascript },
  ],
  ['/assets/uPlot.min.css', { file: dependencyFile('uplot/dist/uPlot.min.css'), contentType: css }],
]);

/** The Content-Security-Policy of the page: only its own files and API. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The Content-Security-Policy of `/model/report`, whose scripts and styles are inline. Its meta element is stricter. */
export const reportPolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
