/** Faults between the operators and the API server: those of the soak, for both operators of a lane at once. */
import { apiFaults } from '../api-faults.ts';
import type { Fault } from './fault.ts';

export const connectionFaults: readonly Fault[] = Object.entries(apiFaults)
  .filter(([name]) => name !== 'no connection')
  .map(([name, inject]) => ({
    name: `API: ${name}`,
    expected: 'requests are repeated; nothing is done twice',
    weight: 1.5,
    inject: async ({ operators, random }) => {
      await Promise.all(operators.map(({ proxy }) => inject(proxy, random)));
      for (const { proxy } of operators) proxy.asked.length = 0;
      return [];
    },
  }));
