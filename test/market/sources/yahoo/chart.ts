/** Yahoo's chart JSON, built from the real sample bars as Yahoo would serve them. */
import { readFileSync } from 'node:fs';
import type { Bar } from '../../../../src/market/bar.ts';
import { addDays, exchangeDays } from '../../../../src/market/days.ts';
import { parseBarFile } from '../../../../src/market/sources/file/parse-bars.ts';
import { samplePath } from '../../../../src/market/sources/sample/source.ts';

const timeZone = 'America/New_York';
const newYorkDay = exchangeDays(timeZone);
const newYorkHour = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' });

type Column = (number | null)[];

export interface ChartQuote {
  open: Column;
  high: Column;
  low: Column;
  close: Column;
  volume: Column;
}

export interface ChartSplit {
  date: number;
  numerator: number;
  denominator: number;
  splitRatio: string;
}

/** One element of `chart.result`; seconds since 1970. Open to edits that make it wrong. */
export interface ChartResult {
  meta: Record<string, unknown> & { symbol: string };
  timestamp?: number[];
  events?: { splits: Record<string, ChartSplit> };
  indicators: { quote: [ChartQuote]; adjclose: [{ adjclose: Column }] };
}

/** The sample's bars, as the file has them. */
export function sampleBars(): Bar[] {
  const rows = parseBarFile('aapl.csv', readFileSync(samplePath(), 'utf8'));
  return rows.map(({ date, open, high, low, close, volume }) => ({
    date,
    open: open ?? Number.NaN,
    high: high ?? Number.NaN,
    low: low ?? Number.NaN,
    close: close ?? Number.NaN,
    volume: volume ?? Number.NaN,
  }));
}

/** Moves bars, in order, to the weekdays that end on a day. */
export function redated(bars: readonly Bar[], lastDay: string): Bar[] {
  const days: string[] = [];
  for (let day = lastDay; days.length < bars.length; day = addDays(day, -1)) {
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day);
  }
  days.reverse();
  return bars.map((bar, index) => ({ ...bar, date: days[index] ?? bar.date }));
}

/** A moment of New York's wall clock on a day, in seconds since 1970. */
function newYork(day: string, hour: number, minute: number): number {
  const minutes = `${String(minute).padStart(2, '0')}:00Z`;
  const utcHours = [hour + 4, hour + 5].map(utc =>
    Date.parse(`${day}T${String(utc).padStart(2, '0')}:${minutes}`),
  );
  const moment = utcHours.find(utc => Number(newYorkHour.format(utc)) === hour) ?? Number.NaN;
  return moment / 1000;
}

export interface ChartOptions {
  readonly symbol: string;
  readonly bars: readonly Bar[];
  /** Day of a 7:1 split that the prices are adjusted for. */
  readonly splitDay: string | undefined;
  /** The moment of the answer, seconds since 1970. */
  readonly now: number;
  /** Adds today's bar once the session has begun, stamped with its last trade. */
  readonly live: boolean;
  readonly period1: number;
  readonly period2: number;
}

/** Undefined when there are no bars in the period, which Yahoo answers with an error. */
export function chartResult(options: ChartOptions): ChartResult | undefined {
  const { now, period1, period2 } = options;
  const all = options.bars.map(bar => ({ seconds: newYork(bar.date, 9, 30), bar }));
  const last = options.bars.at(-1);
  const today = newYorkDay(now * 1000);
  if (options.live && last !== undefined && now >= newYork(today, 9, 30)) {
    const bar = { ...last, close: last.close * 1.01, high: last.high * 1.02, volume: 1_234_567 };
    all.push({ seconds: Math.min(now, newYork(today, 16, 0) + 1), bar: { ...bar, date: today } });
  }
  const rows = all.filter(({ seconds }) => seconds >= period1 && seconds < period2);
  if (rows.length === 0) return undefined;
  const lastTrade = rows.at(-1)?.seconds ?? now;
  const column = (name: 'open' | 'high' | 'low' | 'close'): number[] =>
    rows.map(row => Math.fround(row.bar[name]));
  const splits = options.splitDay === undefined ? {} : splitEvent(newYork(options.splitDay, 9, 30));
  return {
    meta: meta(options.symbol, now, lastTrade),
    timestamp: rows.map(row => row.seconds),
    events: { splits },
    indicators: {
      quote: [
        {
          open: column('open'),
          high: column('high'),
          low: column('low'),
          close: column('close'),
          volume: rows.map(row => row.bar.volume),
        },
      ],
      adjclose: [{ adjclose: column('close').map(close => Math.fround(close * 0.987654)) }],
    },
  };
}

function splitEvent(date: number): Record<string, ChartSplit> {
  return { [String(date)]: { date, numerator: 7, denominator: 1, splitRatio: '7:1' } };
}

function meta(symbol: string, now: number, regularMarketTime: number): ChartResult['meta'] {
  const today = newYorkDay(now * 1000);
  const opens = newYork(today, 9, 30);
  const closes = newYork(today, 16, 0);
  const period = (start: number, end: number) => ({ timezone: 'EST', start, end, gmtoffset: -18_000 });
  return {
    currency: 'USD',
    symbol,
    exchangeName: 'NMS',
    fullExchangeName: 'NasdaqGS',
    instrumentType: 'EQUITY',
    firstTradeDate: 345_479_400,
    regularMarketTime,
    hasPrePostMarketData: true,
    gmtoffset: -18_000,
    timezone: 'EST',
    exchangeTimezoneName: timeZone,
    regularMarketPrice: 188.59,
    chartPreviousClose: 64.7,
    priceHint: 2,
    currentTradingPeriod: {
      pre: period(opens - 19_800, opens),
      regular: period(opens, closes),
      post: period(closes, closes + 14_400),
    },
    dataGranularity: '1d',
    range: '',
    validRanges: ['1d', '5d', '1mo', '3mo', '6mo', '1y', '2y', '5y', '10y', 'ytd', 'max'],
  };
}
