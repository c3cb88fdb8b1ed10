/** The options of Score. */
import { z } from 'zod';
import { versionSchema } from '../../api/stage-report.ts';
import { defineOptions } from '../../options.ts';
import { sharedOptions } from '../stage-options.ts';

const schema = z.strictObject({
  ...sharedOptions,
  model: z.string().min(1).describe('Name of the Model, which is the folder of its artifacts.'),
  champion: versionSchema.describe('The published version that serves.'),
});
export type ScoreOptions = z.output<typeof schema>;

const options = defineOptions(
  schema,
  `Usage: bellwether stage score [options]

Fetches the bars that have come since a published version was trained, and scores forecasts by them: its own, and those
of versions before it.`,
);

/** From command line and environment; null for `--help`. @throws Failure InvalidArguments */
export const readScoreOptions = options.read;

/** The text of `--help`. */
export const scoreHelp = options.help;
