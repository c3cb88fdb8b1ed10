/** Reports of stages, in their containers' termination messages: at most 4,096 bytes of JSON. */
import { z } from 'zod';
import { stageNames } from './artifacts.ts';
import { liveProblemSchema, liveScoreSchema } from './live.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const stage = z.enum(stageNames);

/** Version of a finished run's artifacts: 12 hexadecimal digits of a hash over the output digests of its stages. */
export const versionSchema = z
  .string()
  .max(12)
  .regex(/^[0-9a-f]{12}$/);

const successSchema = z.object({
  stage,
  state: z.enum(['Succeeded', 'Reused']),
  inputDigest: sha256,
  outputDigest: sha256,
  /** Headline figures; decimals travel as strings. */
  metrics: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Reported by Evaluate: the published version. */
  version: versionSchema.optional(),
  /** Reported by Evaluate if a version serves. The run does not depend on it. */
  live: liveScoreSchema.optional().catch(undefined),
  /** Why `live` is missing or incomplete. */
  liveProblem: liveProblemSchema.optional().catch(undefined),
});

const failureShape = {
  state: z.literal('Failed'),
  kind: z.enum(['Permanent', 'Transient']),
  reason: z.string().min(1),
  message: z.string(),
  /** The last lines of the stage's output. */
  log: z.string().optional(),
};
const failureSchema = z.object({ stage, ...failureShape });

/** Unknown fields are ignored, since the stage may be newer than the operator. */
export const stageReportSchema = z.discriminatedUnion('state', [successSchema, failureSchema]);
export type StageReport = z.output<typeof stageReportSchema>;
export type StageSuccess = z.output<typeof successSchema>;
export type StageFailure = z.output<typeof failureSchema>;

/** Score is not a stage of a run. It scores the forecasts of the serving version on the bars since then. */
export const scoreName = 'Score';
const score = z.literal(scoreName);

/** The report of Score. `live` is absent until the outcome of a forecast is known. */
export const scoreReportSchema = z.discriminatedUnion('state', [
  z.object({
    stage: score,
    state: z.literal('Succeeded'),
    live: liveScoreSchema.optional(),
    liveProblem: liveProblemSchema.optional().catch(undefined),
  }),
  z.object({ stage: score, ...failureShape }),
]);
export type ScoreReport = z.output<typeof scoreReportSchema>;
