/** Adds days to a track record and is killed before a step: `<path> <days as JSON> <step, counted from 1>`. */
import type { ScoredDay } from '../../../src/pipeline/score/track-record.ts';
import { extendTrack } from '../../../src/pipeline/score/track-store.ts';
import { withSteps } from '../../fixtures/file-steps.ts';

const [path = '', added = '[]', last = '1'] = process.argv.slice(2);
let steps = 0;

await withSteps(
  async () => {
    steps += 1;
    if (steps !== Number(last)) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment: nothing more is done meanwhile.
    await new Promise(() => {});
  },
  () => extendTrack(path, JSON.parse(added) as ScoredDay[]),
);
