/** What a stage tells the operator in its container's termination message: at most 4,096 bytes of JSON. */
import { z } from 'zod';
import { stageNames } from './artifacts.ts';
import { liveProblemSchema, liveScoreSchema } from './live.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const stage = z.enum(stageNames);

/** Names a finished run's artifacts as a whole: 12 hexadecimal digits over the output digests of its stages. */
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
  /** Of Evaluate alone: the published version. */
  version: versionSchema.optional(),
  /** Of Evaluate alone, where something serves: a run goes on without it. */
  live: liveScoreSchema.optional().catch(undefined),
  /** Why that is missing, or lacks days. */
  liveProblem: liveProblemSchema.optional().catch(undefined),
});

const failureShape = {
  state: z.literal('Failed'),
  kind: z.enum(['Permanent', 'Transient']),
  reason: z.string().min(1),
  message: z.string(),
  /** The last lines that the stage printed. */
  log: z.string().optional(),
};
const failureSchema = z.object({ stage, ...failureShape });

/** Unknown members are passed over: a newer stage may say more than this operator knows. */
export const stageReportSchema = z.discriminatedUnion('state', [successSchema, failureSchema]);
export type StageReport = z.output<typeof stageReportSchema>;
export type StageSuccess = z.output<typeof successSchema>;
export type StageFailure = z.output<typeof failureSchema>;

/** Not a stage of a run: it scores what serves, on the bars that have come since. */
export const scoreName = 'Score';
const score = z.literal(scoreName);

/** The same of Score. `live` is absent while no forecast has come true yet. */
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
