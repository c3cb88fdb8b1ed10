/** The local run's settings: environment variables for the most used fields of a TrainingRun. */
import { z } from 'zod';
import { problemsOf } from '../api/problems.ts';
import { type DataSource, dataSources, defaultSource } from '../api/sources.ts';
import type { TrainingRun } from '../api/training-run.ts';
import { Failure } from '../failure.ts';
import { isSampleSymbol } from '../market/sources/sample/source.ts';
import { parseRun, readRunFile } from '../pipeline/run-file.ts';

/** Every variable with its meaning, as `make help` lists them. */
export const localVariables = {
  FILE: 'a run file in the TrainingRun form; excludes SYMBOL, SOURCE, DATA, START, END, LOOKBACK_DAYS and SEED',
  SYMBOL: 'ticker symbol (AAPL)',
  SOURCE: `${dataSources.join(', ')} (File with DATA, else Sample for AAPL and ${defaultSource} for other symbols)`,
  DATA: 'a CSV file of daily bars: date, open, high, low, close, volume',
  START: 'first day, YYYY-MM-DD',
  END: 'last day, YYYY-MM-DD (the latest settled bar)',
  LOOKBACK_DAYS: 'length of history in calendar days, instead of START',
  SEED: 'the only source of randomness (1)',
  ARTIFACTS: 'folder for artifacts (artifacts)',
  ADDRESS: 'address to serve on (127.0.0.1)',
  PORT: 'port to serve on; 0 takes any free one (8080)',
  SERVE: 'false ends after the results (true)',
} as const;

type Variable = keyof typeof localVariables;
type Environment = Readonly<Record<string, string | undefined>>;

export interface LocalSettings {
  readonly run: TrainingRun;
  readonly artifacts: string;
  readonly host: string;
  readonly port: number;
  readonly serve: boolean;
}

const serverSettings = z.object({
  ARTIFACTS: z.string().default('artifacts'),
  ADDRESS: z.string().default('127.0.0.1'),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(8080),
  SERVE: z.stringbool().default(true),
});

/** @throws Failure InvalidSpec naming the variable or the field and what it must be. */
export async function localSettings(environment: Environment): Promise<LocalSettings> {
  // `make run SYMBOL=` sets an empty variable, which counts as unset.
  const given: Partial<Record<Variable, string>> = Object.fromEntries(
    Object.keys(localVariables)
      .map(name => [name, environment[name]?.trim()])
      .filter(([, value]) => value),
  );
  const server = serverSettings.safeParse(given);
  if (!server.success) {
    const problems = problemsOf(server.error);
    throw new Failure('InvalidSpec', problems.join('; '), { problems });
  }
  const { ARTIFACTS: artifacts, ADDRESS: host, PORT: port, SERVE: serve } = server.data;
  return { run: await trainingRun(given), artifacts, host, port, serve };
}

async function trainingRun(given: Partial<Record<Variable, string>>): Promise<TrainingRun> {
  const { FILE, SYMBOL, DATA, START, END, LOOKBACK_DAYS, SEED } = given;
  if (FILE !== undefined) {
    const others = (['SYMBOL', 'SOURCE', 'DATA', 'START', 'END', 'LOOKBACK_DAYS', 'SEED'] as const).filter(
      name => given[name] !== undefined,
    );
    if (others.length > 0) {
      throw new Failure('InvalidSpec', `FILE excludes ${others.join(', ')}: write it in ${FILE} instead`);
    }
    return readRunFile(FILE);
  }
  const symbol = (SYMBOL ?? 'AAPL').toUpperCase();
  const source = given.SOURCE ?? sourceFor(symbol, DATA);
  if (source === 'File' && DATA === undefined) {
    throw new Failure('InvalidSpec', 'SOURCE=File needs DATA: a CSV file of daily bars');
  }
  const model =
    symbol
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'model';
  return parseRun(
    {
      apiVersion: 'bellwether.dev/v1alpha1',
      kind: 'TrainingRun',
      metadata: { name: `${model}-${source.toLowerCase()}` },
      spec: {
        model,
        symbol,
        data: { source, path: DATA, start: START, end: END, lookbackDays: integer(LOOKBACK_DAYS) },
        seed: integer(SEED),
      },
    },
    'settings',
  );
}

function sourceFor(symbol: string, data: string | undefined): DataSource {
  if (data !== undefined) return 'File';
  return isSampleSymbol(symbol) ? 'Sample' : defaultSource;
}

/** Text that is not a number stays text, so that the schema's error names the field. */
function integer(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text;
}
