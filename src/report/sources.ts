/** The code and styles that the report carries inside itself, read from the files that the page serves. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { assets } from '../web/assets.ts';

export interface InlineScript {
  readonly text: string;
  readonly isModule: boolean;
}

/** Modules in the order in which they need each other. */
const modules = [
  'format.js',
  'charts/colour.js',
  'charts/time-labels.js',
  'charts/axes.js',
  'charts/bands.js',
  'charts/risk-bands.js',
  'charts/slider-keys.js',
  'charts/keys.js',
  'charts/plot.js',
  'charts.js',
  'report.js',
];

/** uPlot as the plain script it ships, then the page's modules joined into one. */
export function inlineScripts(): InlineScript[] {
  return [
    { text: readAsset('uPlot.iife.min.js'), isModule: false },
    { text: modules.map(name => withoutImports(readAsset(name))).join('\n'), isModule: true },
  ].map(({ text, isModule }) => ({ text: `\n${guard(text)}\n`, isModule }));
}

export function inlineStyles(): string {
  return `\n${['uPlot.min.css', 'base.css', 'report.css'].map(readAsset).join('\n')}\n`;
}

/** Nothing may be loaded, and no script may run but the two above. */
export function policy(scripts: readonly InlineScript[]): string {
  const hashes = scripts.map(({ text }) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${hashes.join(' ')}`;
}

function readAsset(name: string): string {
  return readFileSync(assets.get(`/assets/${name}`)!.file, 'utf8');
}

/** Import statements go, since what they name stands earlier in the same script. */
function withoutImports(source: string): string {
  return source.replace(/^import [^;]*;\n/gm, '');
}

/** @throws Error when a script would end its own element. */
function guard(text: string): string {
  if (/<\/script|<!--/i.test(text)) throw new Error('a script with "</script" or "<!--" cannot be inlined');
  return text;
}
