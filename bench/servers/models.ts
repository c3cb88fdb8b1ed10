/** The minimum for a server of our models: both models and the features' names, without verification. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBooster } from '../../src/models/booster/codec.ts';
import { predictReturn } from '../../src/models/booster/predict.ts';
import { decodeForest } from '../../src/models/forest/codec.ts';
import { voteRisk } from '../../src/models/forest/vote.ts';

const risks = ['Low', 'Medium', 'High'];

/** @param runFolder as `loadModel` takes it */
export function readModels(runFolder: string) {
  const train = join(runFolder, 'train');
  const booster = decodeBooster(readFileSync(join(train, 'regressor.bin')));
  const forest = decodeForest(readFileSync(join(train, 'classifier.bin')));
  const card = JSON.parse(readFileSync(join(train, 'model.json'), 'utf8'));
  const features: string[] = card.features.map((feature: { name: string }) => feature.name);
  const shares = new Float64Array(3);
  const predict = (values: Float64Array) => {
    const level = voteRisk(forest, values, 0, shares);
    return {
      predicted_return: predictReturn(booster, values, 0),
      risk_level: level,
      risk: risks[level],
      probabilities: { low: shares[0], medium: shares[1], high: shares[2] },
    };
  };
  return { features, predict };
}
