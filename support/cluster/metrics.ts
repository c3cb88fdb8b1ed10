/** Evaluate's figures for the sample: a run that passes every floor. */
export const goodMetrics: Readonly<Record<string, string>> = {
  rmse: '0.014206',
  meanRmse: '0.014206',
  rmseRatio: '1',
  dieboldMarianoPValue: '1',
  walkForwardRmseRatio: '1.0001',
  walkForwardDieboldMarianoPValue: '0.71',
  accuracy: '0.90336',
  persistenceAccuracy: '0.83613',
  knownPartAccuracy: '0.89496',
  persistencePValue: '0.0015',
  walkForwardAccuracy: '0.90609',
  walkForwardPersistenceAccuracy: '0.85655',
  walkForwardKnownPartAccuracy: '0.90299',
  walkForwardPersistencePValue: '0.0000013',
  returnVerdict: 'NotDistinguishable',
  riskVerdict: 'Better',
  barsTo: '2018-05-11',
  holdoutFrom: '2017-06-01',
  holdoutTo: '2018-05-10',
  holdoutRows: '238',
};

/** Evaluate's further figures if there is a champion: equally good on the same days. */
export function comparisonWith(champion: string | undefined): Readonly<Record<string, string>> {
  if (champion === undefined) return {};
  return {
    championVersion: champion,
    championComparable: 'true',
    championIdentical: 'false',
    championHoldoutTo: '2018-05-10',
    championRows: '238',
    championFrom: '2017-06-01',
    championTo: '2018-05-10',
    commonRmse: '0.014206',
    championRmse: '0.014206',
    championRmseRatio: '1',
    championReturnPValue: '1',
    championSameQuestion: 'true',
    commonAccuracy: '0.90336',
    championAccuracy: '0.90336',
    championRiskPValue: '1',
    championRiskLower: '-0.02',
    championRiskUpper: '0.02',
  };
}
