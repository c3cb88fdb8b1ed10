/** Converts Yahoo's chart into rows of settled days. Pure. */
import type { ChartEventSplit, ChartMeta, ChartResultObject } from 'yahoo-finance2/modules/chart';
import { compareDays, exchangeDays } from '../../days.ts';
import type { Dropped, RawBar, SourceBars, Split } from '../../source.ts';
import { unexpected } from './failure.ts';

/**
 * After the close Yahoo's quotes may lag by 15 to 20 minutes, and the closing auction corrects the last price. A bar
 * counts as settled this long after the session's end.
 */
const settlingMinutes = 30;

/**
 * @param now ISO 8601; a bar of a session that is not over at that time is dropped and reported.
 * @throws Failure `UnexpectedAnswer` when the columns don't fit together or belong to another symbol.
 */
export function yahooBars(symbol: string, chart: ChartResultObject, now: string): SourceBars {
  const { meta } = chart;
  if (meta.symbol !== symbol) throw unexpected(symbol, 'with the bars of another symbol');
  const day = exchangeDaysOf(symbol, meta);
  const nowMilliseconds = Date.parse(now);
  const dropped: Dropped[] = [];
  const rows: RawBar[] = [];
  for (const { milliseconds, row } of withoutLiveDuplicate(
    timestampedRows(symbol, chart, day),
    meta,
    dropped,
  )) {
    const reason = unsettled(row.date, milliseconds, meta, day, nowMilliseconds);
    if (reason === undefined) rows.push(row);
    else dropped.push({ date: row.date, reason });
  }
  return {
    rows,
    dropped,
    splits: splitsOf(chart, day),
    currency: meta.currency ?? null,
    exchange: meta.fullExchangeName ?? meta.exchangeName ?? null,
  };
}

type DayOf = (milliseconds: number) => string;

interface TimedRow {
  readonly milliseconds: number;
  readonly row: RawBar;
}

function exchangeDaysOf(symbol: string, meta: ChartMeta): DayOf {
  try {
    return exchangeDays(meta.exchangeTimezoneName);
  } catch (error) {
    throw unexpected(symbol, 'with an unknown time zone', error);
  }
}

/** The timestamp of a day is the start of its session; that of the live bar is its last trade. */
function timestampedRows(symbol: string, chart: ChartResultObject, day: DayOf): TimedRow[] {
  const timestamps = chart.timestamp ?? [];
  const quote = chart.indicators.quote[0];
  if (quote === undefined) return [];
  const { open, high, low, close, volume } = quote;
  if ([open, high, low, close, volume].some(column => column.length !== timestamps.length)) {
    throw unexpected(symbol, 'with columns of different lengths');
  }
  return timestamps.map((seconds, index) => {
    const date = day(seconds * 1000);
    const row = {
      date,
      open: open[index] ?? null,
      high: high[index] ?? null,
      low: low[index] ?? null,
      close: close[index] ?? null,
      volume: volume[index] ?? null,
      place: `row ${index + 1} (${date})`,
    };
    return { milliseconds: seconds * 1000, row };
  });
}

/**
 * Yahoo sometimes lists the last day twice: as the day's bar, and again as of the last trade. The second is newer and
 * matches Yahoo's own pages, so the first is dropped. Any other duplicate day is left for `checkBars` to refuse.
 */
function withoutLiveDuplicate(rows: TimedRow[], meta: ChartMeta, dropped: Dropped[]): TimedRow[] {
  const last = rows.at(-1);
  const before = rows.at(-2);
  if (last === undefined || before === undefined || last.row.date !== before.row.date) return rows;
  if (last.milliseconds !== meta.regularMarketTime.getTime()) return rows;
  dropped.push({ date: before.row.date, reason: 'given again as of the last trade, later in the answer' });
  return rows.toSpliced(-2, 1);
}

/** Why a bar is not settled, or undefined when it is. */
function unsettled(
  date: string,
  milliseconds: number,
  meta: ChartMeta,
  day: DayOf,
  now: number,
): string | undefined {
  const today = day(now);
  if (date < today) return undefined;
  if (date > today || milliseconds > now) return 'lies after the moment of the run';
  const session = meta.currentTradingPeriod.regular;
  const sessionDay = day(session.start.getTime());
  // Some time after the close Yahoo reports the next session.
  if (sessionDay > date) return undefined;
  const settled = session.end.getTime() + settlingMinutes * 60_000;
  return sessionDay === date && now >= settled ? undefined : 'live: its session was not over and settled';
}

function splitsOf(chart: ChartResultObject, day: DayOf): Split[] {
  return Object.values(chart.events?.splits ?? {})
    .map(split => ({
      date: day(split.date.getTime()),
      ratio: split.numerator / split.denominator,
      text: ratioText(split),
    }))
    .sort((a, b) => compareDays(a.date, b.date));
}

/** Such as `7:1`. Yahoo's own text is kept only in this form, since messages contain it. */
function ratioText({
  numerator,
  denominator,
  splitRatio,
}: Pick<ChartEventSplit, 'numerator' | 'denominator' | 'splitRatio'>): string {
  return /^[\d.]{1,12}:[\d.]{1,12}$/.test(splitRatio) ? splitRatio : `${numerator}:${denominator}`;
}
