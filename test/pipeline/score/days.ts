/** Days of a track record, as tests want them. */
import { addDays } from '../../../src/market/days.ts';
import type { ScoredDay } from '../../../src/pipeline/score/track-record.ts';

/** A forecast that was right about everything; a test overrides fields. */
export function aDay(index: number, fields: Partial<ScoredDay> = {}): ScoredDay {
  return {
    date: addDays('2026-01-01', index),
    version: '0123456789ab',
    actualReturn: 0.01,
    predictedReturn: 0.01,
    meanReturn: 0.0005,
    actualRisk: 1,
    predictedRisk: 1,
    persistenceRisk: 1,
    knownPartRisk: 1,
    ...fields,
  };
}

/** Days in a row, each made by its place. */
export function days(count: number, fields: (index: number) => Partial<ScoredDay> = () => ({})): ScoredDay[] {
  return Array.from({ length: count }, (_, index) => aDay(index, fields(index)));
}
