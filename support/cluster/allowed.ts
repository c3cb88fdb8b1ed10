/** Settings of an operator that allows everything, for tests of other things. */
import { type Allowed, allowedSchema } from '../../src/api/allowed.ts';

export const everythingAllowed: Allowed = allowedSchema.parse(
  Object.fromEntries(Object.keys(allowedSchema.shape).map(name => [name, ['*']])),
);
