/**
 * The embedded sample: five years of Apple, 2013-05-13 to 2018-05-11, from the npm package
 * `@observablehq/sample-datasets` (ISC licence). Its prices are adjusted for the 7:1 split of June 2014.
 */
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../failure.ts';
import { dependencyFile } from '../../../package-files.ts';
import type { BarSource } from '../../source.ts';
import { checkTicker } from '../../symbol.ts';
import { type BarFile, fileDigest, readBars } from '../file/source.ts';

const sampleSymbol = 'AAPL';

export const sample: BarSource = {
  isLive: false,
  isBySymbol: true,
  checkSymbol,
  nameOf: ({ source }) => source,
  origin: () => null,
  contentDigest: () => fileDigest(sampleFile()),
  fetch: async () => ({ ...(await readBars(sampleFile())), currency: 'USD', exchange: 'NasdaqGS' }),
};

function sampleFile(): BarFile {
  const path = samplePath();
  return { name: path, path };
}

/** The CSV file of the sample's bars, absolute. */
export function samplePath(): string {
  return fileURLToPath(dependencyFile('@observablehq/sample-datasets/aapl.csv'));
}

/** Whether the sample has bars of this symbol. */
export function isSampleSymbol(symbol: string): boolean {
  return symbol === sampleSymbol;
}

/** A model of another symbol must not be trained on Apple's bars. */
function checkSymbol(symbol: string): void {
  checkTicker(symbol);
  if (isSampleSymbol(symbol)) return;
  const message = `the sample has bars of ${sampleSymbol}, not of ${symbol}: use another source`;
  throw new Failure('InvalidSpec', message, { symbol });
}
