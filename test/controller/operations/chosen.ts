/** Which values of each field are tried. */
import type { Case } from '../../../support/operations/cases.ts';
import { seed } from '../../seed.ts';

/** Valid values of each field that are tried: `OPERATIONS=all npm test` tries all of them. */
const perField =
  process.env.OPERATIONS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.OPERATIONS ?? 1);

/** For every field some of its valid values; which ones depends on the seed. */
export function chosen(cases: readonly Case[]): Case[] {
  const valid = cases.filter(({ wrong }) => wrong === null);
  return [...Map.groupBy(valid, ({ field }) => field).values()].flatMap(values => {
    const start = seed % values.length;
    return [...values.slice(start), ...values.slice(0, start)].slice(0, perField);
  });
}

/** The number of random pairs. */
export const pairs = process.env.OPERATIONS === 'all' ? 300 : 5 * perField;
