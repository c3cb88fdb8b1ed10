import { deepEqual, equal, rejects } from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { ModelCard } from '../../../src/api/artifacts.ts';
import { type Dataset, readDataset } from '../../../src/pipeline/dataset.ts';
import { readModels } from '../../../src/pipeline/evaluate/trained-model.ts';
import { contextOf, type Files, trainedRun } from './memory-run.ts';

describe('readModels', () => {
  let files: Files;
  let dataset: Dataset;
  before(async () => {
    files = await trainedRun();
    dataset = await readDataset(contextOf('Evaluate', files));
  });

  const read = (changed: [file: string, bytes: Buffer][] = []) =>
    readModels(contextOf('Evaluate', new Map([...files, ...changed])), dataset.description);
  const card = (): ModelCard => JSON.parse(files.get('Train/model.json')!.toString());

  it('reads what Train wrote', async () => {
    const { models } = await read();
    equal(models.trainedRows, dataset.description.training.toRow);
    deepEqual(models.thresholds, dataset.description.risk.thresholds);
    equal(models.forest.columns, dataset.x.columns);
  });

  const others: [name: string, change: (card: ModelCard) => object, message: RegExp][] = [
    ['another symbol', model => ({ ...model, symbol: 'MSFT' }), /symbol is "MSFT", the dataset's "AAPL"/],
    [
      'features in another order',
      model => ({ ...model, features: model.features.toReversed() }),
      /its features is \[.*"volatility_known_9","volatility_10"/,
    ],
    [
      'another training window',
      model => ({ ...model, trained: { ...model.trained, toRow: 5 } }),
      /training window is .*"toRow":5/,
    ],
    [
      'other thresholds',
      model => ({ ...model, risk: { ...model.risk, thresholds: [0.1, 0.2] } }),
      /risk thresholds is \[0.1,0.2\]/,
    ],
    ['no symbol', model => ({ ...model, symbol: undefined }), /model.json: .*symbol/s],
  ];
  for (const [name, change, message] of others) {
    it(`refuses a model card with ${name}`, async () => {
      const altered = Buffer.from(JSON.stringify(change(card())));
      await rejects(read([['Train/model.json', altered]]), {
        name: 'Failure',
        reason: 'InvalidArtifact',
        message,
      });
    });
  }

  for (const file of ['model.json', 'regressor.bin', 'classifier.bin']) {
    it(`refuses a ${file} that is cut short`, async () => {
      const bytes = files.get(`Train/${file}`)!;
      await rejects(read([[`Train/${file}`, bytes.subarray(0, bytes.length - 3)]]), {
        name: 'Failure',
        reason: 'InvalidArtifact',
      });
    });
  }
});
