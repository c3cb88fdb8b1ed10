/**
 * Property tests draw the same examples in every run, so that a change is never refused by chance. To search further:
 * `FC_SEED=$RANDOM npm test`; a failure prints the seed and the path to its example.
 */
import fc from 'fast-check';

export const seed = Number(process.env.FC_SEED ?? 20_261_201);

fc.configureGlobal({ seed });
