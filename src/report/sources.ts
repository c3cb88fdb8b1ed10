/** The scripts and styles embedded in the report, read from the page's files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dependencyFile, webFile } from '../package-files.ts';

export interface InlineScript {
  readonly text: string;
  readonly isModule: boolean;
}

/** Modules in the order of their dependencies. */
const modules = [
  webFile('format.js'),
  webFile('charts/colour.js'),
  webFile('charts/time-labels.js'),
  webFile('charts/axes.js'),
  webFile('charts/bands.js'),
  webFile('charts/risk-bands.js'),
  webFile('charts/slider-keys.js'),
  webFile('charts/keys.js'),
  webFile('charts/plot.js'),
  webFile('charts.js'),
  webFile('report.js'),
];

const styles = [dependencyFile('uplot/dist/uPlot.min.css'), webFile('base.css'), webFile('report.css')];

/** uPlot as the plain script it ships, then the page's modules joined into one. */
export function inlineScripts(): InlineScript[] {
  return [
    { text: read(dependencyFile('uplot/dist/uPlot.iife.min.js')), isModule: false },
    { text: modules.map(file => withoutImports(read(file))).join('\n'), isModule: true },
  ].map(({ text, isModule }) => ({ text: `\n${guard(text)}\n`, isModule }));
}

export function inlineStyles(): string {
  return `\n${styles.map(read).join('\n')}\n`;
}

/** The Content-Security-Policy: nothing is loaded, and only the two scripts above run. */
export function policy(scripts: readonly InlineScript[]): string {
  const hashes = scripts.map(({ text }) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${hashes.join(' ')}`;
}

function read(file: URL): string {
  return readFileSync(file, 'utf8');
}

/** Removes import statements: imported names are defined earlier in the same script. */
function withoutImports(source: string): string {
  return source.replace(/^import [^;]*;\n/gm, '');
}

/** @throws Error when a script would end its own element. */
function guard(text: string): string {
  if (/<\/script|<!--/i.test(text)) throw new Error('a script with "</script" or "<!--" cannot be inlined');
  return text;
}
