/**
 * Random forest for the risk class. Trees are trained in worker threads through the task `trainTrees`;
 * nothing that is imported from here loads the training library.
 */
export { decodeForest, encodeForest } from './codec.ts';
export { type ClassifierFit, type FitOptions, fitClassifier } from './fit.ts';
export type { Forest, ForestOptions, Sampling } from './forest.ts';
export { predictRisk, type RiskPrediction } from './predict.ts';
export { trainForest } from './train-forest.ts';
export { voteRisk } from './vote.ts';
