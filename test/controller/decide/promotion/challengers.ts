/** Builders of finished runs and Models with a champion; a test gives only the figures that matter to it. */
import type { Champion, ModelSpec, ModelStatus } from '../../../../src/api/model.ts';
import { modelSpecSchema } from '../../../../src/api/model.ts';
import { decidePromotion } from '../../../../src/controller/decide/promotion/decide-promotion.ts';
import type { DecidedRun, PromotionDecision } from '../../../../src/controller/decide/types.ts';
import type { ModelResource, RunResource } from '../../../../src/controller/observation.ts';
import { formatTime } from '../../../../src/controller/time.ts';
import { aModel, aRun, at } from '../../builders.ts';

export type Metrics = Record<string, string>;

/** Slightly better than the mean and persistence. */
export function figures(changes: Metrics = {}): Metrics {
  return {
    symbol: 'AAPL',
    barsTo: '2018-05-11',
    holdoutFrom: '2017-06-01',
    holdoutTo: '2018-05-09',
    holdoutRows: '238',
    rmse: '0.014206',
    meanRmse: '0.014206',
    rmseRatio: '1',
    walkForwardRmseRatio: '1.0001',
    accuracy: '0.903',
    persistenceAccuracy: '0.836',
    walkForwardAccuracy: '0.906',
    walkForwardPersistenceAccuracy: '0.857',
    ...changes,
  };
}

export const championVersion = 'cccccccccccc';

/** Exactly as good as the champion, on the same data. */
export function beside(changes: Metrics = {}): Metrics {
  return figures({
    championVersion,
    championComparable: 'true',
    championIdentical: 'false',
    championHoldoutTo: '2018-05-09',
    championRows: '238',
    championFrom: '2017-06-01',
    championTo: '2018-05-09',
    commonRmse: '0.014206',
    championRmse: '0.014206',
    championRmseRatio: '1',
    championReturnPValue: '1',
    championSameQuestion: 'true',
    commonAccuracy: '0.903',
    championAccuracy: '0.903',
    championRiskPValue: '1',
    championRiskLower: '-0.02',
    championRiskUpper: '0.02',
    ...changes,
  });
}

export function aChampion(changes: Partial<Champion> = {}): Champion {
  return {
    run: 'before',
    version: championVersion,
    promotedAt: formatTime(at(-3600)),
    metrics: figures(),
    ...changes,
  };
}

/** Twelve hexadecimal digits, derived from the name. */
export function versionOf(name: string): string {
  return Buffer.from(name.padStart(6, '0')).toString('hex').slice(-12);
}

/** A run that has completed `seconds` after noon. */
export function complete(
  name: string,
  metrics: Metrics,
  {
    seconds = 0,
    version = versionOf(name),
    ...fields
  }: Partial<RunResource> & { seconds?: number; version?: string } = {},
): DecidedRun {
  const time = formatTime(at(seconds));
  const condition = (type: string, status: 'True' | 'False') => ({
    type,
    status,
    reason: 'Complete',
    message: '',
    observedGeneration: 1,
    lastTransitionTime: time,
  });
  const status = {
    phase: 'Complete' as const,
    conditions: [condition('Complete', 'True'), condition('Failed', 'False')],
    metrics,
    version,
    startTime: time,
    completionTime: time,
  };
  return { run: aRun({ name, status, ...fields }), status, notSelected: null };
}

/** A Model with that champion; `spec` without defaults. */
export function modelWith(
  status: ModelStatus = {},
  spec: Record<string, unknown> = {},
  fields: Partial<ModelResource> = {},
): ModelResource {
  const parsed: ModelSpec = modelSpecSchema.parse(spec);
  return aModel({ status, spec: parsed, ...fields });
}

export function decide(
  model: ModelResource,
  runs: readonly DecidedRun[],
  seconds = 60,
  nothingServes = false,
): PromotionDecision {
  return decidePromotion({ now: at(seconds), model, runs, nothingServes });
}

/** The Model and runs with the decision's statuses stored: the input of the next decision. */
export function written(
  model: ModelResource,
  runs: readonly DecidedRun[],
  decision: PromotionDecision,
): { model: ModelResource; runs: DecidedRun[] } {
  const { champion, approval, pin, history, judged } = decision;
  return {
    model: {
      ...model,
      status: {
        ...model.status,
        observedGeneration: model.generation,
        ...(champion === null ? {} : { champion }),
        ...(approval && { approval }),
        ...(pin && { pin }),
        history: [...history],
        judged: [...judged],
      },
    },
    runs: runs.map(({ run, status, notSelected }) => {
      const conditions = [
        ...(status.conditions ?? []).filter(({ type }) => type !== 'Promoted'),
        decision.conditions.get(run.name)!,
      ];
      const written = { ...status, conditions };
      return { run: { ...run, status: written }, status: written, notSelected };
    }),
  };
}
