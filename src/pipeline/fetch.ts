/** Fetch: bars from a source, checked and written canonically. Nothing is written unless every rule holds. */
import { artifactFiles, type FetchReport, type JsonValue } from '../api/artifacts.ts';
import type { StageFigures } from '../api/headline.ts';
import type { ArtifactSpec } from '../api/training-run.ts';
import { Failure } from '../failure.ts';
import type { Bar } from '../market/bar.ts';
import { formatBars } from '../market/bars-csv.ts';
import { type BarLimits, checkBars, withoutEmptyRows } from '../market/checks.ts';
import { compareDays } from '../market/days.ts';
import { fileDigest, fileSource } from '../market/file.ts';
import { cutRows, type DayRange, dayRange } from '../market/range.ts';
import type { RetryTools } from '../market/retry.ts';
import { assertSampleSymbol, samplePath, sampleSource } from '../market/sample.ts';
import type { BarSource, RawBar, SourceBars } from '../market/source.ts';
import { symbolPath } from '../market/symbol.ts';
import { yahooSource } from '../market/yahoo.ts';
import { yahooHost, yahooOrigin } from '../market/yahoo-transport.ts';
import { formatJsonArtifact } from './json-artifact.ts';
import type { RunEnvironment, Stage, StageContext } from './stage.ts';

export interface FetchOptions {
  /** Yahoo's host or the origin of a stand-in; default: `YAHOO_QUERY_HOST`, else Yahoo's own. */
  readonly yahooHost?: string;
  /** How to wait and to spread retries; tests bring their own. */
  readonly retryTools?: RetryTools;
}

export const fetchStage: Stage = createFetchStage();

/** The stage with a stand-in for Yahoo or for waiting; `fetchStage` is the one that runs. */
export function createFetchStage(options: FetchOptions = {}): Stage {
  return {
    name: 'Fetch',
    reads: [],
    usesWorkers: false,
    parameters: (spec, environment) => parametersOf(spec, environment, options),
    run: (context, environment) => run(context, environment, options),
  };
}

function hostOf(options: FetchOptions): string {
  return options.yahooHost ?? (process.env.YAHOO_QUERY_HOST || yahooHost);
}

/** Where bars are asked for; null for those that are read from a file. */
export function originOf(source: FetchReport['source'], options: FetchOptions): string | null {
  return source === 'Yahoo' ? yahooOrigin(hostOf(options)).origin : null;
}

/** All that decides which bars come out; retries and time limits do not. */
async function parametersOf(
  spec: ArtifactSpec,
  environment: RunEnvironment,
  options: FetchOptions,
): Promise<JsonValue> {
  const { symbol, data } = spec;
  symbolPath(symbol);
  const range = dayRange(data, environment.now);
  const limits = limitsOf(spec, range);
  return {
    symbol,
    source: data.source,
    origin: originOf(data.source, options),
    contentSha256: await contentDigest(spec),
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

async function contentDigest({ symbol, data }: ArtifactSpec): Promise<string | null> {
  if (data.source === 'Yahoo') return null;
  if (data.source === 'File') return fileDigest(pathOf(data.path));
  assertSampleSymbol(symbol);
  return fileDigest(samplePath());
}

/** A file stays as old as it is, and an `end` asks for old bars: only the latest bars can be too old. */
function limitsOf({ data }: ArtifactSpec, range: DayRange): BarLimits {
  const wantsLatest = range.end === undefined && range.asOf !== undefined;
  return {
    maximumGapDays: data.maximumGapDays,
    minimumBars: data.minimumBars,
    age: wantsLatest ? { maximumDays: data.maximumBarAgeDays, asOf: range.asOf } : undefined,
  };
}

async function run(
  context: StageContext,
  { now }: RunEnvironment,
  options: FetchOptions,
): Promise<StageFigures<'Fetch'>> {
  const { spec, progress } = context;
  const limits = limitsOf(spec, dayRange(spec.data, now));
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

/** What is asked of a source. */
type BarsSpec = Pick<ArtifactSpec, 'symbol' | 'data'>;

export type FetchWork = Pick<StageContext, 'signal' | 'progress'> & Pick<RunEnvironment, 'now'>;

/**
 * The bars that the spec asks for, oldest first and checked by `limits` instead of the spec's own, and how they came.
 * @throws Failure of the source, NoData, or as `checkBars`.
 */
export async function fetchBars(
  spec: BarsSpec,
  limits: BarLimits,
  { now, signal, progress }: FetchWork,
  options: FetchOptions,
): Promise<{ bars: Bar[]; report: FetchReport }> {
  const { symbol, data } = spec;
  symbolPath(symbol);
  const range = dayRange(data, now);
  progress(0, `asking ${data.source} for ${symbol}`);
  const answer = await sourceOf(spec, options).fetch({
    symbol,
    start: range.start,
    end: range.end,
    now,
    signal,
    progress: message => progress(0.1, message),
  });
  signal.throwIfAborted();

  progress(0.8, `checking ${answer.rows.length} rows`);
  const { rows, empty } = withoutEmptyRows(cutRows(answer.rows, range));
  if (rows.length === 0) throw noBars(spec, range, answer);
  const bars = checkBars(symbol, rows, answer.splits, limits);
  return { bars, report: reportOf(spec, range, answer, bars, empty) };
}

function reportOf(
  { symbol, data }: BarsSpec,
  range: DayRange,
  answer: SourceBars,
  bars: readonly Bar[],
  empty: readonly RawBar[],
): FetchReport {
  const from = bars[0]?.date ?? range.start;
  const to = bars.at(-1)?.date ?? range.start;
  const dropped = [
    ...empty.map(({ date }) => ({ date, reason: 'holds no price' })),
    ...answer.dropped.filter(({ date }) => date >= from && date <= (range.end ?? date)),
  ];
  const splits = (answer.splits ?? []).filter(({ date }) => date >= from && date <= to);
  return {
    symbol,
    source: data.source,
    currency: answer.currency,
    exchange: answer.exchange,
    rows: bars.length,
    from,
    to,
    dropped: dropped.sort((a, b) => compareDays(a.date, b.date)),
    splits: splits.map(({ date, text }) => ({ date, ratio: text })),
  };
}

function sourceOf({ data }: BarsSpec, options: FetchOptions): BarSource {
  switch (data.source) {
    case 'Sample':
      return sampleSource();
    case 'File':
      return fileSource(pathOf(data.path));
    case 'Yahoo':
      return yahooSource({
        host: hostOf(options),
        timeoutSeconds: data.timeoutSeconds,
        retries: data.retries,
        ...(options.retryTools && { tools: options.retryTools }),
      });
  }
}

function pathOf(path: string | undefined): string {
  if (path === undefined) throw new Failure('InvalidSpec', 'data.path is required for source File');
  return path;
}

function noBars({ symbol, data }: BarsSpec, range: DayRange, answer: SourceBars): Failure {
  const left = answer.dropped.length > 0 ? ` but ${answer.dropped.length} that are not settled` : '';
  const name = data.source === 'File' ? pathOf(data.path) : data.source;
  const days =
    answer.rows.length === 0 && data.source === 'File'
      ? ''
      : ` from ${range.start} to ${range.end ?? 'the latest'}`;
  return new Failure('NoData', `${name} has no bars of ${symbol}${left}${days}`, {
    symbol,
    source: data.source,
    start: range.start,
    end: range.end ?? null,
  });
}
