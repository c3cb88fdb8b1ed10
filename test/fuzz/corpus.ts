/** Inputs that a search has found or that once did harm, by parser; in Latin-1, so that they can be any bytes. */
export const corpus: Readonly<Record<string, readonly string[]>> = {
  'an upload': [
    // A header of distinct names, and of blanks before a misplaced quote, took seconds.
    Array.from({ length: 40_000 }, (_, i) => i.toString(36)).join(),
    `${' '.repeat(200_000)}"a"b`,
    '"'.repeat(200_001),
    `date,open,high,low,close,volume\n${'\n'.repeat(1_000_000)}`,
    `date,open,high,low,close,volume\n${'"\n'.repeat(100_000)}`,
  ],
};
