/** Builders of the inputs of decisions about scoring; a test gives only what matters to it. */
import type { LiveScore, LiveStatus } from '../../../../src/api/live.ts';
import { modelSpecSchema } from '../../../../src/api/model.ts';
import type { RunScore, ScoringInput } from '../../../../src/controller/decide/types.ts';
import { scoreJobName } from '../../../../src/controller/names.ts';
import type { ContainerEnd, PodResource, ScoreJobResource } from '../../../../src/controller/observation.ts';
import { aModel, aServer, at, cached, noon, someSettings } from '../../builders.ts';

export const champion = { run: 'aapl-1', version: '0123456789ab', promotedAt: '2026-11-20T12:00:00Z' };

/** Figures as a stage reports them. */
export function aScore(fields: Partial<LiveScore> = {}): LiveScore {
  const figures = {
    days: '42',
    rmse: '0.0184',
    meanRmse: '0.0183',
    rmseRatio: '1.0055',
    accuracy: '0.83',
    persistenceAccuracy: '0.88',
    returnVerdict: 'NotDistinguishable',
    riskVerdict: 'NotDistinguishable',
  };
  return {
    symbol: 'AAPL',
    version: champion.version,
    days: 42,
    firstDay: '2026-09-25',
    lastDay: '2026-11-20',
    windows: [{ window: 60, figures }],
    ...fields,
  };
}

/** The same as stored in a status, scored `seconds` after noon. */
export function aLive(seconds: number, fields: Partial<LiveScore> = {}): LiveStatus {
  return { ...aScore(fields), scoredAt: new Date(at(seconds)).toISOString().replace('.000Z', 'Z') };
}

/** The same as the result of a run. */
export function aRunScore(live: LiveStatus): RunScore {
  return { run: 'aapl-2', time: live.scoredAt, live };
}

/** The result of a run that could not score, `seconds` after noon. */
export function aFailedScore(seconds: number, run = 'aapl-2'): RunScore {
  const problem = { reason: 'InputAltered', message: 'the track record was changed' };
  return { run, time: aLive(seconds).scoredAt, problem };
}

/** The Model `aapl`, scored every day at noon. */
export const aScoredModel = (status: object = {}, scoring: object = { cron: '0 12 * * *' }) =>
  aModel({ spec: modelSpecSchema.parse({ scoring }), status: { observedGeneration: 1, ...status } });

/** The Job of noon. */
export function aScoreJob(fields: Partial<ScoreJobResource> = {}): ScoreJobResource {
  const name = scoreJobName('aapl', noon);
  return {
    ...cached(name, 'job'),
    model: 'aapl',
    stage: 'Score',
    ownerUid: aModel().uid,
    failed: 0,
    finished: null,
    ...fields,
  };
}

/** A pod of the Job that has ended. */
export function anEnd(end: Partial<ContainerEnd>, job = aScoreJob(), name = 'x'): PodResource {
  const terminated: ContainerEnd = {
    exitCode: 0,
    reason: 'Completed',
    message: '',
    startedAt: at(1),
    finishedAt: at(3),
    ...end,
  };
  const phase = terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
  return aServer('', {
    name: `${job.name}-${name}`,
    stage: 'Score',
    version: null,
    ownerUid: job.uid,
    phase,
    running: false,
    ready: false,
    terminated,
  });
}

export function aScoringInput(fields: Partial<ScoringInput> = {}): ScoringInput {
  return {
    now: noon,
    settings: someSettings(),
    model: aScoredModel(),
    champion,
    history: [],
    running: false,
    runScores: [],
    jobs: [],
    pods: [],
    refusals: [],
    ...fields,
  };
}
