/**
 * The embedded sample: five years of Apple, 2013-05-13 to 2018-05-11, from the npm package
 * `@observablehq/sample-datasets` (ISC licence). Its prices are adjusted for the 7:1 split of June 2014.
 */
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.ts';
import { dependencyFile } from '../package-files.ts';
import { fileSource } from './file.ts';
import type { BarSource } from './source.ts';

const sampleSymbol = 'AAPL';

/** The CSV file of the sample's bars, absolute. */
export function samplePath(): string {
  return fileURLToPath(dependencyFile('@observablehq/sample-datasets/aapl.csv'));
}

export function sampleSource(): BarSource {
  return {
    fetch: async request => {
      assertSampleSymbol(request.symbol);
      const bars = await fileSource(samplePath()).fetch(request);
      return { ...bars, currency: 'USD', exchange: 'NasdaqGS' };
    },
  };
}

/** Whether the sample's bars are of this symbol. */
export function isSampleSymbol(symbol: string): boolean {
  return symbol === sampleSymbol;
}

/** @throws Failure `InvalidSpec`: a model of another symbol trained on Apple's bars would be a lie. */
export function assertSampleSymbol(symbol: string): void {
  if (isSampleSymbol(symbol)) return;
  throw new Failure(
    'InvalidSpec',
    `the sample holds ${sampleSymbol}, not ${symbol}: use source Yahoo or File`,
    {
      symbol,
    },
  );
}
