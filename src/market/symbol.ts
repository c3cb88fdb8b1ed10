/** Symbols on their way into a URL: the client library does not encode them. */
import { symbolSchema } from '../api/training-run.ts';
import { Failure } from '../failure.ts';

/**
 * The symbol as one segment of a URL's path (`^GSPC` becomes `%5EGSPC`).
 * @throws Failure `InvalidSpec` for anything but a ticker symbol, such as `../x` or `AAPL%20`.
 */
export function symbolPath(symbol: string): string {
  const parsed = symbolSchema.safeParse(symbol);
  if (!parsed.success) {
    const rule = parsed.error.issues[0]?.message ?? 'must be a ticker symbol';
    throw new Failure('InvalidSpec', `symbol ${JSON.stringify(symbol.slice(0, 40))} ${rule}`, { symbol });
  }
  // Of the characters that the rule leaves, only the caret may not stand in a path.
  return symbol.replaceAll('^', '%5E');
}
