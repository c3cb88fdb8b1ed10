import { pairCount } from './pairs.ts';

/** One figure for each of Low, Medium and High. */
export type Triple<T = number> = [T, T, T];

/** Counts: rows are the actual class, columns the predicted one. */
export type ConfusionMatrix = Triple<Triple>;

const classes = [0, 1, 2] as const;
const forEachClass = <T>(of: (level: 0 | 1 | 2) => T): Triple<T> => [of(0), of(1), of(2)];

export function confusionMatrix(actual: Uint8Array, predicted: Uint8Array): ConfusionMatrix {
  const rows = pairCount(actual, predicted);
  const counts = forEachClass<Triple>(() => [0, 0, 0]);
  for (let row = 0; row < rows; row++) {
    const [truth, guess] = [actual[row]!, predicted[row]!];
    if (truth > 2 || guess > 2) throw new RangeError(`row ${row} has a class other than 0, 1 and 2`);
    counts[truth as 0 | 1 | 2][guess as 0 | 1 | 2] += 1;
  }
  return counts;
}

export interface ConfusionScores {
  /** Share of rows that were right. */
  readonly accuracy: number;
  /** Mean recall of the classes that occur (Brodersen et al., ICPR 2010). */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes that occur or were predicted. */
  readonly macroF1: number;
  /** Of the rows of a class, the share found; null for a class that does not occur. */
  readonly recall: Triple<number | null>;
  /** Of the rows predicted as a class, the share that was; null for a class that was never predicted. */
  readonly precision: Triple<number | null>;
}

const total = (counts: Triple) => counts[0] + counts[1] + counts[2];
const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const meanOfKnown = (values: readonly (number | null)[]) => {
  const known = values.filter(value => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

/**
 * A class that is absent from a window has no recall, one that was never predicted has no precision, and
 * neither enters an average as an undeserved zero. A class that occurs but is never predicted has an
 * F1 of zero. These are the conventions of scikit-learn's `balanced_accuracy_score` and
 * `f1_score(average='macro', zero_division=0)`.
 */
export function confusionScores(confusion: ConfusionMatrix): ConfusionScores {
  const actual = forEachClass(level => total(confusion[level]));
  const predicted = forEachClass(level => total(forEachClass(truth => confusion[truth][level])));
  const recall = forEachClass(level => share(confusion[level][level], actual[level]));
  return {
    accuracy: (confusion[0][0] + confusion[1][1] + confusion[2][2]) / total(actual),
    balancedAccuracy: meanOfKnown(recall),
    macroF1: meanOfKnown(
      // 2·TP / (2·TP + FP + FN): the harmonic mean of precision and recall, defined wherever one of them is.
      classes.map(level => share(2 * confusion[level][level], actual[level] + predicted[level])),
    ),
    recall,
    precision: forEachClass(level => share(confusion[level][level], predicted[level])),
  };
}
