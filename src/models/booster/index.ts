/**
 * XGBoost for the next day's return. Training runs in worker threads through the task `trainBooster`; nothing
 * that is imported from here loads the training library.
 */
export type { Booster } from './booster.ts';
export { decodeBooster, encodeBooster } from './codec.ts';
export { type FitRegressorOptions, type FittedRegressor, fitRegressor } from './fit.ts';
export { predictReturn, predictReturns } from './predict.ts';
