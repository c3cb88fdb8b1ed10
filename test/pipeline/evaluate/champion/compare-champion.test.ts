import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ModelCard, StageName } from '../../../../src/api/artifacts.ts';
import {
  type ChampionComparison,
  type ChampionProblem,
  type ComparedChampion,
  championComparisonSchema,
  evaluationSchema,
} from '../../../../src/api/evaluation.ts';
import { Failure } from '../../../../src/failure.ts';
import { StageWriter, stageFolder } from '../../../../src/pipeline/artifacts.ts';
import { parseBars } from '../../../../src/pipeline/bars-csv.ts';
import { readDataset } from '../../../../src/pipeline/dataset.ts';
import {
  type ComparisonInput,
  compareWithChampion,
} from '../../../../src/pipeline/evaluate/champion/compare-champion.ts';
import { forecast } from '../../../../src/pipeline/evaluate/forecasts.ts';
import { readModels } from '../../../../src/pipeline/evaluate/trained-model.ts';
import { evaluateStage } from '../../../../src/pipeline/evaluate.ts';
import type { ChampionArtifacts } from '../../../../src/pipeline/stage.ts';
import { openVersion } from '../../../../src/pipeline/version.ts';
import { contextOf, evaluateRun, type Files, smallSpec, trainedRun } from '../memory-run.ts';

/** The version of each published folder, as it was before any damage. */
const versions = new Map<string, string>();

/** A run's artifacts as a published version on disk. */
async function publish(folder: string, files: Files, quantiles: object = smallSpec.risk): Promise<void> {
  const write = async (stage: StageName, inputs: Partial<Record<StageName, string>>, parameters: object) => {
    const writer = await StageWriter.create(stageFolder(folder, stage));
    for (const [path, bytes] of files) {
      const [from, file] = path.split('/');
      if (from === stage) await writer.write(file!, bytes);
    }
    const work = {
      stage,
      code: 'test',
      parameters: JSON.parse(JSON.stringify(parameters)),
      inputs,
      metrics: {},
    };
    return (await writer.commit(work)).outputDigest;
  };
  const fetch = await write('Fetch', {}, {});
  const features = await write('Features', { Fetch: fetch }, { risk: quantiles });
  const train = await write('Train', { Features: features }, {});
  await write('Evaluate', { Fetch: fetch, Features: features, Train: train }, {});
  versions.set(folder, (await openVersion(folder)).version);
}

function championAt(folder: string): ChampionArtifacts {
  return { version: versions.get(folder) ?? 'abcdef012345', folder, open: () => openVersion(folder) };
}

async function inputOf(files: Files): Promise<ComparisonInput> {
  const own = contextOf('Evaluate', files);
  const dataset = await readDataset(own);
  const { models } = await readModels(own, dataset.description);
  const { fromRow, toRow } = dataset.description.holdout;
  const bars = parseBars(files.get('Fetch/bars.csv')!.toString());
  return { spec: smallSpec, bars, dataset, holdout: forecast(dataset, models, fromRow, toRow), own };
}

describe('the champion on the same days', () => {
  let root: string;
  let older: Files;
  let newer: Files;
  let input: ComparisonInput;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'champion-'));
    [older, newer] = [await trainedRun(480), await trainedRun(520)];
    input = await inputOf(newer);
  });
  after(() => rm(root, { recursive: true, force: true }));

  let count = 0;
  /** A champion published from the older run, with some of its files changed before their digests are taken. */
  async function champion(changed: [file: string, bytes: Buffer][] = [], quantiles?: object) {
    const folder = join(root, `${++count}`);
    await publish(folder, new Map([...older, ...changed]), quantiles);
    return folder;
  }
  const card = (change: (card: ModelCard) => object): [string, Buffer][] => [
    [
      'Train/model.json',
      Buffer.from(JSON.stringify(change(JSON.parse(older.get('Train/model.json')!.toString())))),
    ],
  ];
  function compared(comparison: ChampionComparison): ComparedChampion {
    if (!comparison.comparable) throw new Error(comparison.message);
    return comparison;
  }

  it('is judged with both on days that neither was trained on', async () => {
    const result = compared(await compareWithChampion(championAt(await champion()), input));
    championComparisonSchema.parse(result);
    const trained = (JSON.parse(older.get('Train/model.json')!.toString()) as ModelCard).trained;
    const { holdout, training } = input.dataset.description;
    ok(training.to > trained.to, 'the challenger is the younger one');
    deepEqual(result.days, { from: holdout.from, to: holdout.to, count: holdout.toRow - holdout.fromRow });
    equal(result.identical, false);
    deepEqual(result.trained, { from: trained.from, to: trained.to });
    const { regression, classification } = result;
    for (const accuracy of [classification.accuracy, classification.championAccuracy]) {
      ok(accuracy > 0.4 && accuracy <= 1);
    }
    for (const rmse of [regression.rmse, regression.championRmse]) ok(rmse > 0.005 && rmse < 0.05);
    deepEqual(classification.question, classification.championQuestion);
  });

  it('has the very figures that the older run would have had on its own days', async () => {
    // Both were fitted to the same bars: the champion is itself the run, so all figures agree.
    const folder = await champion();
    const own = await inputOf(older);
    const result = compared(await compareWithChampion(championAt(folder), own));
    equal(result.identical, true);
    equal(result.regression.rmse, result.regression.championRmse);
    equal(result.regression.dieboldMariano.pValue, 1);
    equal(result.classification.accuracy, result.classification.championAccuracy);
    equal(result.classification.mcnemar.pValue, 1);
  });

  it('is never judged on days of its training, nor in the embargo after it', async () => {
    const { dataset, bars } = input;
    const { holdout } = dataset.description;
    const trainedTo = dataset.dates[holdout.fromRow + 5]!;
    const folder = await champion(
      card(model => ({ ...model, trained: { ...model.trained, to: trainedTo } })),
    );
    const { days } = compared(await compareWithChampion(championAt(folder), input));
    equal(
      days.from,
      bars[bars.findIndex(bar => bar.date > trainedTo) + smallSpec.validation.embargoDays]!.date,
    );
    equal(days.to, holdout.to);
  });

  it('answers its own question when its quantiles or windows are others', async () => {
    const folder = await champion([], { lowQuantile: 0.5, highQuantile: 0.85 });
    const { classification } = compared(await compareWithChampion(championAt(folder), input));
    equal(classification.championQuestion.lowQuantile, 0.5);
    equal(classification.question.lowQuantile, smallSpec.risk.lowQuantile);
  });

  const problems: [name: string, problem: ChampionProblem, harm: () => Promise<string>, message: RegExp][] = [
    ['is gone', 'Missing', async () => join(root, 'nowhere'), /manifest\.json is missing/],
    [
      'has an altered classifier',
      'Altered',
      async () => {
        const folder = await champion();
        await writeFile(join(folder, 'train/classifier.bin'), 'other');
        return folder;
      },
      /classifier\.bin was truncated/,
    ],
    [
      'has left an empty folder, as a mount of a missing one does',
      'Missing',
      () => mkdtemp(join(root, 'empty-')),
      /manifest\.json is missing/,
    ],
    [
      'has lost its regressor',
      'Altered',
      async () => {
        const folder = await champion();
        await rm(join(folder, 'train/regressor.bin'));
        return folder;
      },
      /regressor\.bin is missing/,
    ],
    [
      'has lost a file that no comparison reads',
      'Altered',
      async () => {
        const folder = await champion();
        await rm(join(folder, 'fetch/bars.csv'));
        return folder;
      },
      /bars\.csv is missing/,
    ],
    [
      'was replaced by a weaker version whose digests are right',
      'Altered',
      async () => {
        const folder = await champion();
        const version = versions.get(folder)!;
        await rm(folder, { recursive: true });
        await publish(folder, newer);
        versions.set(folder, version);
        return folder;
      },
      /contains version [0-9a-f]{12}$/,
    ],
    [
      'has models of another dataset beside it',
      'Altered',
      async () => {
        const folder = await champion();
        await publish(join(root, 'other'), newer);
        await rm(join(folder, 'features'), { recursive: true });
        const { rename } = await import('node:fs/promises');
        await rename(join(root, 'other', 'features'), join(folder, 'features'));
        return folder;
      },
      /was made from Fetch/,
    ],
    [
      'is of another symbol',
      'OtherSymbol',
      () => champion(card(model => ({ ...model, symbol: 'MSFT' }))),
      /trained on MSFT, this run on AAPL/,
    ],
    [
      'reads other features',
      'OtherFeatures',
      () => champion(card(model => ({ ...model, features: model.features.toReversed() }))),
      /reads the features .*volatility_known_9, volatility_10/,
    ],
    [
      'was trained on all but the last days',
      'TooFewDays',
      () =>
        champion(
          card(model => ({ ...model, trained: { ...model.trained, to: input.dataset.dates.at(-40)! } })),
        ),
      /at least 60 are needed/,
    ],
    [
      'is of an unknown format',
      'Unreadable',
      () => champion(card(() => ({ formatVersion: 9 }))),
      /model\.json/,
    ],
    ['does not say its quantiles', 'Unreadable', () => champion([], {}), /which quantiles/],
  ];
  for (const [name, problem, harm, message] of problems) {
    it(`cannot be compared when it ${name}`, async () => {
      const folder = await harm();
      const result = await compareWithChampion(championAt(folder), input);
      if (result.comparable) throw new Error('was compared');
      equal(result.problem, problem);
      match(result.message, message);
      ok(!result.message.includes(root), 'exposes the path of the artifacts');
      equal(result.version, championAt(folder).version);
    });
  }

  it('lets a failure of the storage pass through, since it may pass', async () => {
    const open = () => Promise.reject(new Failure('StorageFailed', 'the volume is away'));
    await rejects(compareWithChampion({ version: 'abcdef012345', folder: root, open }, input), {
      reason: 'StorageFailed',
    });
  });

  it('is in the evaluation, its metrics and its parameters, and changes nothing else', async () => {
    const folder = await champion();
    const { version } = championAt(folder);
    const alone = await evaluateRun(newer);
    const beside = await evaluateRun(newer, { champion: championAt(folder) });
    const { champion: section, ...rest } = evaluationSchema.parse(JSON.parse(beside.text('evaluation.json')));
    deepEqual(rest, JSON.parse(alone.text('evaluation.json')));
    equal(section?.version, version);
    equal(beside.metrics.championVersion, version);
    equal(beside.text('golden.json'), alone.text('golden.json'));
    const parameters = (location?: { version: string; folder: string }) =>
      evaluateStage.parameters(smallSpec, { now: '', champion: location });
    deepEqual(await parameters({ version, folder }), {
      ...((await parameters()) as object),
      champion: version,
    });
  });
});
