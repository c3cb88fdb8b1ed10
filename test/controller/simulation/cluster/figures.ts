/** The figures that Evaluate reports for a run of a given quality. */

/** `bad` misses the floors; `good` meets them and equals the champion; `better` is better than the champion. */
export type Quality = 'bad' | 'good' | 'better';

/** @param champion the version that it is compared with; null when there is none */
export function figures(quality: Quality, champion: string | null): Record<string, string> {
  return {
    symbol: 'AAPL',
    holdoutFrom: '2017-06-01',
    holdoutTo: '2018-05-11',
    rmse: '0.0142',
    meanRmse: '0.0142',
    rmseRatio: quality === 'bad' ? '1.2' : '1',
    walkForwardRmseRatio: '1',
    accuracy: '0.9',
    persistenceAccuracy: '0.85',
    walkForwardAccuracy: '0.9',
    walkForwardPersistenceAccuracy: '0.85',
    ...(champion === null ? {} : comparison(champion, quality === 'better')),
  };
}

function comparison(championVersion: string, better: boolean): Record<string, string> {
  return {
    championVersion,
    championComparable: 'true',
    championIdentical: 'false',
    championRows: '240',
    championFrom: '2017-06-01',
    championTo: '2018-05-11',
    championHoldoutTo: '2018-05-11',
    commonRmse: '0.0142',
    championRmse: better ? '0.0152' : '0.0142',
    championRmseRatio: better ? '0.93' : '1',
    championReturnPValue: better ? '0.0000001' : '1',
    championSameQuestion: 'true',
    commonAccuracy: '0.9',
    championAccuracy: '0.9',
    championRiskPValue: '1',
    championRiskLower: '-0.02',
    championRiskUpper: '0.02',
  };
}
