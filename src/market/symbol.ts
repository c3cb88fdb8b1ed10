import { symbolSchema } from '../api/training-run.ts';
import { Failure } from '../failure.ts';

/** @throws Failure `InvalidSpec` for anything but a ticker symbol, such as `../x` or `AAPL%20`. */
export function checkTicker(symbol: string): void {
  const parsed = symbolSchema.safeParse(symbol);
  if (parsed.success) return;
  const rule = parsed.error.issues[0]?.message ?? 'must be a ticker symbol';
  throw new Failure('InvalidSpec', `symbol ${JSON.stringify(symbol.slice(0, 40))} ${rule}`, { symbol });
}
