/** Faults of the operators' processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../lane.ts';
import type { SupervisedOperator } from '../operators.ts';
import { type Fault, NothingToBreak } from './fault.ts';

const expected = 'another leads; nothing is done twice';
/** Longer than the Lease. */
const longMilliseconds = 20_000;

async function leaderOf({ operators }: Lane): Promise<SupervisedOperator> {
  for (const operator of operators) if ((await operator.state())?.leads === true) return operator;
  throw new NothingToBreak('no operator leads');
}

const shifting = (name: string, milliseconds: number): Fault => ({
  name,
  expected: 'runs, schedules and the Lease are not disturbed',
  inject: async lane => {
    const operators = lane.random.uniform() < 0.5 ? [await leaderOf(lane)] : lane.operators;
    await Promise.all(operators.map(operator => operator.shiftClock(milliseconds)));
    await sleep(8000);
    await Promise.all(operators.map(operator => operator.shiftClock(0)));
    return [];
  },
});

export const operatorFaults: readonly Fault[] = [
  {
    name: 'operator killed (SIGKILL)',
    expected,
    weight: 2,
    inject: async lane => {
      await (await leaderOf(lane)).kill();
      return [];
    },
  },
  {
    name: 'both operators killed',
    expected: 'they continue where they were',
    inject: async ({ operators }) => {
      await Promise.all(operators.map(operator => operator.kill()));
      return [];
    },
  },
  {
    name: 'operator terminated (SIGTERM)',
    expected,
    inject: async lane => {
      await (await leaderOf(lane)).terminate();
      return [];
    },
  },
  {
    name: 'operator stopped for 20 s (SIGSTOP)',
    expected: 'the other leads; the stopped one does nothing afterwards',
    inject: async lane => {
      const leader = await leaderOf(lane);
      leader.suspend();
      await sleep(longMilliseconds);
      leader.resume();
      return [];
    },
  },
  {
    name: 'leader without a connection to the API for 20 s',
    expected,
    inject: async lane => {
      const { proxy } = await leaderOf(lane);
      proxy.refuse();
      await sleep(longMilliseconds);
      await proxy.accept();
      return [];
    },
  },
  {
    name: 'both operators without a connection to the API for 10 s',
    expected: 'they continue where they were',
    inject: async ({ operators }) => {
      for (const { proxy } of operators) proxy.refuse();
      await sleep(longMilliseconds / 2);
      for (const { proxy } of operators) await proxy.accept();
      return [];
    },
  },
  shifting('clock of the operators 2 minutes forward and back', 120_000),
  shifting('clock of the operators 2 minutes back and forward', -120_000),
];
