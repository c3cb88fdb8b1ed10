/** What a stage is to do, attempt by attempt, as `BELLWETHER_TEST_STAGES` says it. */
import { z } from 'zod';
import { stageNames } from '../../../src/api/artifacts.ts';

const moveSchema = z.strictObject({
  /** Before anything else. */
  sleepSeconds: z.number().min(0).optional(),
  /** Taken and filled, for as long as the attempt goes on. */
  allocateMiB: z.int().min(0).optional(),
  /** Ends the attempt with this code. */
  exit: z.int().min(0).max(255).optional(),
  /** Reason of the failure that is reported with `exit`. */
  reason: z.string().optional(),
  /** Announcements instead of a report, as it stands; '' tells nothing. */
  report: z.string().optional(),
});
export type Move = z.output<typeof moveSchema>;

const scriptSchema = z.partialRecord(z.enum(stageNames), z.array(moveSchema));
/** Attempts beyond a stage's list go well. */
export type Script = z.input<typeof scriptSchema>;

/** How the model that a run publishes is served by the stand-in. */
export const servedSchema = z.strictObject({
  model: z.string(),
  version: z.string(),
  /** Never becomes ready. */
  unready: z.boolean().default(false),
});

export type Served = z.output<typeof servedSchema>;

/** What the environment of a stand-in says; undefined variables have their defaults. */
export const stageEnvironmentSchema = z.object({
  BELLWETHER_RUN: z.string(),
  BELLWETHER_ARTIFACTS: z.string(),
  BELLWETHER_REPORT: z.string(),
  BELLWETHER_CHAMPION: z.string().optional(),
  BELLWETHER_TEST_STAGES: z
    .string()
    .default('{}')
    .transform(text => scriptSchema.parse(JSON.parse(text))),
  /** `true`: what the script lets go well is done by the real stage. */
  BELLWETHER_TEST_REAL: z.stringbool().default(false),
  /** Evaluate's figures, over those of a good run. */
  BELLWETHER_TEST_METRICS: z
    .string()
    .default('{}')
    .transform(text => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  BELLWETHER_TEST_VERSION: z.string().optional(),
  /** The version that it publishes never becomes ready. */
  BELLWETHER_TEST_UNREADY: z.stringbool().default(false),
});
export type StageEnvironment = z.output<typeof stageEnvironmentSchema>;
