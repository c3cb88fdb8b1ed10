/**
 * Splits of a time series in which no model is trained on later rows. Between training and test rows there is an
 * embargo: labels depend on the next days and features on the last ones, so neighbours on both sides of a split share
 * data (López de Prado, Advances in Financial Machine Learning, ch. 7).
 */

/** Half-open ranges of rows: train on `[0, trainEnd)`, test on `[testStart, testEnd)`. */
export interface Split {
  readonly trainEnd: number;
  readonly testStart: number;
  readonly testEnd: number;
}

/** The last `testFraction` of `rows` as test, with `embargo` rows before it left out. */
export function holdout(rows: number, testFraction: number, embargo: number): Split {
  const testStart = rows - Math.round(rows * testFraction);
  return { trainEnd: Math.max(0, testStart - embargo), testStart, testEnd: rows };
}

/**
 * Expanding walk-forward: `folds` consecutive test blocks of near-equal length that end at `rows`, each
 * trained on everything before it less the embargo. The first training window has `minimumTrain` rows.
 * @throws RangeError when there are too few rows for one test row a fold.
 */
export function walkForward(rows: number, folds: number, embargo: number, minimumTrain: number): Split[] {
  const first = minimumTrain + embargo;
  const testRows = rows - first;
  if (testRows < folds) {
    throw new RangeError(
      `${rows} rows are too few for ${folds} folds after ${minimumTrain} training rows and an embargo of ${embargo}`,
    );
  }
  return Array.from({ length: folds }, (_, fold) => {
    const testStart = first + Math.floor((fold * testRows) / folds);
    const testEnd = first + Math.floor(((fold + 1) * testRows) / folds);
    return { trainEnd: testStart - embargo, testStart, testEnd };
  });
}
