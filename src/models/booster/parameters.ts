/** What the grid varies; everything else is fixed in `xgboost.ts`. */
export interface BoosterParameters {
  readonly maxDepth: number;
  /** Share of each tree's correction that is applied (eta). */
  readonly learningRate: number;
  /** Least rows in a leaf: with squared error each row weighs 1. */
  readonly minChildWeight: number;
  /** Trees. 0 is the mean predictor. */
  readonly rounds: number;
}
