/** The options of the stage program. */
import { z } from 'zod';
import { type StageName, stageNames } from '../api/artifacts.ts';
import { versionSchema } from '../api/stage-report.ts';
import { type Tenure, tenuresSchema } from '../api/tenures.ts';
import { Failure } from '../failure.ts';
import { defineOptions, type Environment } from '../options.ts';

const text = () => z.string().min(1);

/** Options that Score has too. */
export const sharedOptions = {
  artifacts: text().describe('Folder of the artifacts of all runs.'),
  report: text().optional().describe('File for the outcome: one line of JSON of at most 4,096 bytes.'),
  now: text()
    .refine(time => !Number.isNaN(Date.parse(time)), 'must be a time, as in 2026-01-31T12:00:00Z')
    .optional()
    .describe('Time at which the work was requested, ISO 8601. Default: now.'),
  tenures: tenuresSchema
    .optional()
    .describe(
      'When each version began to serve, oldest first: 0123456789ab@2026-11-20T12:00:00Z,… Default: only the champion.',
    ),
};

/** For a champion without predecessors: it is scored on all days that it was not trained on. */
export function soleTenure(champion: string): Tenure[] {
  return [{ version: champion, since: '1970-01-01T00:00:00Z' }];
}

const schema = z
  .strictObject({
    run: text().optional().describe('The TrainingRun as JSON.'),
    file: text().optional().describe('The file with the TrainingRun, YAML or JSON, instead of --run.'),
    ...sharedOptions,
    champion: versionSchema
      .optional()
      .describe('The published version that Evaluate compares with. Default: none.'),
  })
  .refine(({ run, file }) => (run === undefined) !== (file === undefined), {
    message: 'give the TrainingRun, by either --run (or BELLWETHER_RUN) or --file (or BELLWETHER_FILE)',
  });

const words = stageNames.map(name => name.toLowerCase());

const options = defineOptions(
  schema,
  `Usage: bellwether stage ${words.join('|')} [options]

Runs one stage of a TrainingRun. The exit code shows whether a retry can help. 'bellwether stage score' scores
what serves.`,
);

export type StageOptions = z.output<typeof schema> & { readonly stage: StageName };

/** From command line and environment; null for `--help`. @throws Failure InvalidArguments */
export function readStageOptions(argv: readonly string[], environment: Environment): StageOptions | null {
  const [word = '', ...flags] = argv;
  const stage = stageNames.find(name => name.toLowerCase() === word);
  if (stage === undefined && !['--help', '-h'].includes(word)) {
    throw new Failure(
      'InvalidArguments',
      `the first argument must be ${words.join(', ')} or score, not '${word}'; see --help`,
    );
  }
  const given = options.read(stage === undefined ? argv : flags, environment);
  return given === null || stage === undefined ? null : { ...given, stage };
}

/** The text of `--help`. */
export const stageHelp = options.help;
