import assert from 'node:assert/strict';
import fc from 'fast-check';
import { playPart } from './parts.ts';
import { stories } from './stories.ts';

/** The whole is played by `make faults`. */
const parts = 24;

describe('the operator with a fault at some points of a story', () => {
  const part = Math.abs(Number(fc.readConfigureGlobal()?.seed ?? 0)) % parts;
  for (const [index, { name }] of stories.entries()) {
    it(`does everything once and comes to the same end: ${name}`, async () => {
      const { failures } = await playPart({ story: index, part, of: parts });
      assert.deepEqual(failures, []);
    });
  }
});
