/** The script of fake stages, from the environment variable `FAKE_STAGES`. */
import { z } from 'zod';
import { stageNames } from '../../src/api/artifacts.ts';

const moveSchema = z.strictObject({
  /** Seconds to wait first. */
  sleepSeconds: z.number().min(0).optional(),
  /** Memory to allocate and fill for the duration of the attempt. */
  allocateMiB: z.int().min(0).optional(),
  /** Ends the attempt with this code. */
  exit: z.int().min(0).max(255).optional(),
  /** Reported failure reason, with `exit`. */
  reason: z.string().optional(),
  /** Text written in place of a report; '' for none. */
  report: z.string().optional(),
});
export type Move = z.output<typeof moveSchema>;

const scriptSchema = z.partialRecord(z.enum(stageNames), z.array(moveSchema));
/** Attempts beyond a stage's list succeed. */
export type Script = z.input<typeof scriptSchema>;

/** How a fake server serves the run's version. */
export const servedSchema = z.strictObject({
  model: z.string(),
  version: z.string(),
  /** Never becomes ready. */
  unready: z.boolean().default(false),
});

export type Served = z.output<typeof servedSchema>;

/** The environment variables of the fakes, with defaults. */
export const stageEnvironmentSchema = z.object({
  BELLWETHER_RUN: z.string(),
  BELLWETHER_ARTIFACTS: z.string(),
  BELLWETHER_REPORT: z.string(),
  BELLWETHER_CHAMPION: z.string().optional(),
  FAKE_STAGES: z
    .string()
    .default('{}')
    .transform(text => scriptSchema.parse(JSON.parse(text))),
  /** `true`: successful attempts run the real stage. */
  FAKE_REAL: z.stringbool().default(false),
  /** Evaluate's figures; override those of a good run. */
  FAKE_METRICS: z
    .string()
    .default('{}')
    .transform(text => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  FAKE_VERSION: z.string().optional(),
  /** Servers of the published version never become ready. */
  FAKE_UNREADY: z.stringbool().default(false),
});
export type StageEnvironment = z.output<typeof stageEnvironmentSchema>;
