/** Faults of the artifacts' volume. */
import { setTimeout as sleep } from 'node:timers/promises';
import { stageNames } from '../../../src/api/artifacts.ts';
import { kubectl } from '../../../support/cluster/kubectl.ts';
import { fakeRun, smallStages } from '../../../support/cluster/specs.ts';
import { conditionOf } from '../../../support/cluster/wait.ts';
import { getModel, getRun, listServers } from '../api.ts';
import { canPrepareVolumes } from '../commands.ts';
import type { Lane } from '../lane.ts';
import { create } from '../steps.ts';
import { persist, waitFor } from '../wait.ts';
import { type Fault, NothingToBreak } from './fault.ts';

const unavailable = !canPrepareVolumes && 'needs CHAOS_NODE_EXEC, to create volumes of limited size';

/** A real run of Model side while `harm` lasts. It must not be promoted by its end unless it is Complete. */
function whileRunning(
  name: string,
  harm: (lane: Lane) => Promise<unknown>,
  mend: (lane: Lane) => Promise<unknown>,
): Fault {
  return {
    name,
    unavailable,
    expected: 'a run fails with the cause, or succeeds afterwards; what serves keeps serving',
    weight: 0.6,
    inject: async lane => {
      const run = `side-${lane.next()}`;
      // Runs of the story write the same volume. A stage that can't is tried again.
      lane.volumeBroken = true;
      for (const name of [run, lane.current ?? '']) allowStarts(lane, name);
      await harm(lane);
      try {
        await create(lane, realRun(run));
        await sleep(12_000);
      } finally {
        await persist(() => mend(lane));
      }
      await waitFor(`${run} has ended`, () => ended(lane, run));
      const found = await persist(() => getRun(lane.namespace, run));
      const failed = conditionOf(found, 'Failed');
      return failed?.status !== 'True' || (failed.message ?? '').length > 20
        ? []
        : [`${run}: no cause: ${failed.message}`];
    },
  };
}

function allowStarts(lane: Lane, run: string): void {
  for (const stage of stageNames) for (let count = 0; count < 7; count++) lane.countEnded(run, stage);
}

const realRun = (name: string, sleepSeconds = 0) => {
  const stages = sleepSeconds === 0 ? {} : { Evaluate: [{ sleepSeconds }] };
  return fakeRun(name, { real: true, stages }, { model: 'side', stages: smallStages() });
};

const ended = async ({ namespace }: Lane, run: string) => {
  const found = await getRun(namespace, run);
  return ['Complete', 'Failed'].some(type => conditionOf(found, type)?.status === 'True');
};

/** Files of a folder in turn, so that every one is altered once before the first is altered again. */
function nextFile(lane: Lane, kind: string, files: readonly string[]): string {
  const turn = lane.turns.get(kind) ?? Math.floor(lane.random.uniform() * files.length);
  lane.turns.set(kind, turn + 1);
  const file = files[turn % files.length];
  if (file === undefined) throw new NothingToBreak('no file');
  return file;
}

const randomBit = (lane: Lane) => String(Math.floor(lane.random.uniform() * 2 ** 24));

/** A second server of Model real must not become ready with the altered file; the first keeps answering. */
const published: Fault = {
  name: 'a bit flipped in a file of the version that serves',
  expected: 'new servers refuse it by name; running ones answer from memory',
  weight: 2,
  inject: async lane => {
    const { namespace } = lane;
    const version = (await persist(() => getModel(namespace, 'real')))?.status?.champion?.version;
    const listed = await persist(() =>
      lane.observe<string[]>('/files', { folder: `real/.versions/${version}` }),
    );
    // The server reads what Train and Evaluate made.
    const files = listed.filter(file => !/manifest\.json$|stand-in/.test(file));
    const path = nextFile(lane, 'published', files);
    const bit = randomBit(lane);
    await lane.observe('/flip', { path, bit });
    let seen: string | null = null;
    try {
      await persist(() => kubectl('scale', 'model/real', '--replicas=2', '-n', namespace));
      const name = path.split('/').at(-1) ?? '';
      await waitFor(`the condition names ${name}, or the file is not read by servers`, async () => {
        const model = await getModel(namespace, 'real');
        seen = conditionOf(model, 'Ready')?.message ?? '';
        const servers = await listServers(namespace, 'real');
        const ready = servers.filter(
          ({ status }) => conditionOf({ status } as never, 'Ready')?.status === 'True',
        );
        if (ready.length > 1) throw new Served(path);
        return seen.includes(name);
      });
      return [];
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : error}; Ready: ${seen}`];
    } finally {
      await persist(() => lane.observe('/flip', { path, bit }));
      await persist(() => kubectl('scale', 'model/real', '--replicas=1', '-n', namespace));
    }
  },
};

class Served extends Error {
  constructor(path: string) {
    super(`a server with the altered ${path} is ready`);
  }
}

/** Evaluate waits until the file that it reads is altered. */
const intermediate: Fault = {
  name: 'a bit flipped in an output before the next stage reads it',
  expected: 'the run fails with InputAltered and is never promoted',
  weight: 1.2,
  inject: async lane => {
    const run = `side-${lane.next()}`;
    await create(lane, realRun(run, 12));
    const folder = `side/${run}/train`;
    await waitFor(`${run} evaluates`, async () => {
      const found = await getRun(lane.namespace, run);
      if (await ended(lane, run)) return true;
      return found?.status?.stages?.[2]?.state === 'Succeeded';
    });
    const files = await persist(() => lane.observe<string[]>('/files', { folder }));
    const path = nextFile(
      lane,
      'train',
      files.filter(file => !/manifest\.json$/.test(file)).map(file => file.split('/').slice(2).join('/')),
    );
    await lane.observe('/flip', { path: `side/${run}/${path}`, bit: randomBit(lane) });
    await waitFor(`${run} has ended`, () => ended(lane, run));
    const found = await persist(() => getRun(lane.namespace, run));
    const message = conditionOf(found, 'Failed')?.message ?? '';
    const promoted = conditionOf(found, 'Promoted')?.status === 'True';
    const name = path.split('/').at(-1) ?? '';
    return [
      ...(promoted ? [`${run} was promoted with an altered ${path}`] : []),
      ...(conditionOf(found, 'Failed')?.status === 'True' && message.includes(name)
        ? []
        : [`${run} with an altered ${path}: ${message || 'not Failed'}`]),
    ];
  },
};

export const volumeFaults: readonly Fault[] = [
  whileRunning(
    'volume full',
    lane => lane.observe('/fill'),
    lane => lane.observe('/empty'),
  ),
  whileRunning(
    'volume read-only',
    async lane => lane.volume?.setReadOnly(true),
    async lane => lane.volume?.setReadOnly(false),
  ),
  published,
  intermediate,
];
