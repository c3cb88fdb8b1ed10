/** Fetch: bars from a source, checked and written canonically. Nothing is written unless every rule is met. */
import { artifactFiles, type FetchReport, type JsonValue } from '../api/artifacts.ts';
import type { StageFigures } from '../api/headline.ts';
import type { DataSource } from '../api/sources.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import { Failure } from '../failure.ts';
import type { Bar } from '../market/bar.ts';
import { type BarLimits, checkBars, withoutEmptyRows } from '../market/checks.ts';
import { addDays, compareDays, utcDay } from '../market/days.ts';
import { cutRows, type DayRange, dayRange } from '../market/range.ts';
import type { RetryTools } from '../market/retry.ts';
import type { Environment, RawBar, SourceBars } from '../market/source.ts';
import { sources } from '../market/sources/registry.ts';
import { formatBars } from './bars-csv.ts';
import { formatJsonArtifact } from './json-artifact.ts';
import type { RunEnvironment, Stage, StageContext } from './stage.ts';

export interface FetchOptions {
  /** Contains the settings of sources; default: that of the process. */
  readonly environment?: Environment;
  /** For tests; default: `systemRetryTools`. */
  readonly retryTools?: RetryTools;
}

export const fetchStage: Stage = createFetchStage();

/** The stage with other settings of sources, or without real waiting, for tests. */
export function createFetchStage(options: FetchOptions = {}): Stage {
  return {
    name: 'Fetch',
    reads: [],
    usesWorkers: false,
    parameters: (spec, environment) => parametersOf(spec, environment, options),
    run: (context, environment) => run(context, environment, options),
  };
}

/** Where requests for bars are sent; null for a source that reads a file. */
export function originOf(source: DataSource, { environment = process.env }: FetchOptions): string | null {
  return sources[source].origin(environment);
}

/** Everything that decides which bars are the result; retries and time limits do not. */
async function parametersOf(
  spec: ArtifactSpec,
  environment: RunEnvironment,
  options: FetchOptions,
): Promise<JsonValue> {
  const { symbol, data } = spec;
  const source = sources[data.source];
  source.checkSymbol(symbol);
  const range = dayRange(data, source.isLive, environment.now);
  const limits = limitsOf(spec, range);
  return {
    symbol,
    source: data.source,
    origin: originOf(data.source, options),
    contentSha256: await source.contentDigest(data),
    interval: data.interval,
    start: range.start,
    end: range.end ?? null,
    lookbackDays: range.lookbackDays ?? null,
    asOf: range.asOf ?? null,
    maximumGapDays: limits.maximumGapDays,
    minimumBars: limits.minimumBars,
    maximumBarAgeDays: limits.age?.maximumDays ?? null,
  };
}

/** Only the latest bars of a live source can be too old: an `end` requests old ones, and a file keeps its age. */
function limitsOf({ data }: ArtifactSpec, range: DayRange): BarLimits {
  const isLatest = range.end === undefined && range.asOf !== undefined;
  return {
    maximumGapDays: data.maximumGapDays,
    minimumBars: data.minimumBars,
    age: isLatest ? { maximumDays: data.maximumBarAgeDays, asOf: range.asOf } : undefined,
  };
}

async function run(
  context: StageContext,
  { now }: RunEnvironment,
  options: FetchOptions,
): Promise<StageFigures<'Fetch'>> {
  const { spec, progress } = context;
  const limits = limitsOf(spec, dayRange(spec.data, sources[spec.data.source].isLive, now));
  const { bars, report } = await fetchBars(spec, limits, { ...context, now }, options);
  await context.output(artifactFiles.bars, formatBars(bars));
  await context.output(artifactFiles.fetchReport, formatJsonArtifact(report));
  progress(1, `${bars.length} bars of ${report.symbol}, ${report.from} to ${report.to}`);
  return {
    rows: report.rows,
    from: report.from,
    to: report.to,
    lastClose: String(bars.at(-1)?.close ?? ''),
    dropped: report.dropped.length,
    splits: report.splits.length,
  };
}

type BarsSpec = Pick<ArtifactSpec, 'symbol' | 'data'>;

export type FetchWork = Pick<StageContext, 'signal' | 'progress'> & Pick<RunEnvironment, 'now'>;

/**
 * The bars that the spec requests, oldest first, checked against `limits` instead of the spec's own, and their report.
 * @throws Failure of the source, NoData, or as `checkBars`.
 */
export async function fetchBars(
  spec: BarsSpec,
  limits: BarLimits,
  { now, signal, progress }: FetchWork,
  options: FetchOptions,
): Promise<{ bars: Bar[]; report: FetchReport }> {
  const { symbol, data } = spec;
  const source = sources[data.source];
  source.checkSymbol(symbol);
  const range = dayRange(data, source.isLive, now);
  progress(0, `fetching bars of ${symbol} from ${data.source}`);
  const fetched = await source.fetch(
    { symbol, start: range.start, end: range.end, now, signal, progress: message => progress(0.1, message) },
    data,
    { environment: process.env, ...options },
  );
  signal.throwIfAborted();

  progress(0.8, `checking ${fetched.rows.length} rows`);
  const { rows, empty } = withoutEmptyRows(cutRows(fetched.rows, range));
  if (rows.length === 0) throw noBars(spec, range, fetched);
  // East of Greenwich it may be tomorrow.
  const latestDay = addDays(utcDay(now), 1);
  const bars = checkBars(symbol, rows, fetched.splits, { ...limits, latestDay });
  return { bars, report: reportOf(spec, range, fetched, bars, empty) };
}

function reportOf(
  { symbol, data }: BarsSpec,
  range: DayRange,
  fetched: SourceBars,
  bars: readonly Bar[],
  empty: readonly RawBar[],
): FetchReport {
  const from = bars[0]?.date ?? range.start;
  const to = bars.at(-1)?.date ?? range.start;
  const dropped = [
    ...empty.map(({ date }) => ({ date, reason: 'holds no price' })),
    ...fetched.dropped.filter(({ date }) => date >= from && date <= (range.end ?? date)),
  ];
  const splits = (fetched.splits ?? []).filter(({ date }) => date >= from && date <= to);
  return {
    symbol,
    source: data.source,
    currency: fetched.currency,
    exchange: fetched.exchange,
    rows: bars.length,
    from,
    to,
    dropped: dropped.sort((a, b) => compareDays(a.date, b.date)),
    splits: splits.map(({ date, text }) => ({ date, ratio: text })),
  };
}

function noBars({ symbol, data }: BarsSpec, range: DayRange, fetched: SourceBars): Failure {
  const source = sources[data.source];
  const unsettled = fetched.dropped.length > 0 ? ` but ${fetched.dropped.length} that are not settled` : '';
  const isEmpty = fetched.rows.length === 0 && !source.isLive;
  const days = isEmpty ? '' : ` from ${range.start} to ${range.end ?? 'the latest'}`;
  return new Failure('NoData', `${source.nameOf(data)} has no bars of ${symbol}${unsettled}${days}`, {
    symbol,
    source: data.source,
    start: range.start,
    end: range.end ?? null,
  });
}
