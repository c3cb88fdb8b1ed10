import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../src/failure.ts';
import { decodeForest, encodeForest } from '../../../src/models/forest/codec.ts';
import type { Forest } from '../../../src/models/forest/forest.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { voteRisk } from '../../../src/models/forest/vote.ts';

/** A test on column 1 over a test on column 0; then a lone leaf. */
const forest: Forest = {
  columns: 2,
  trees: 2,
  roots: Uint32Array.of(0, 5, 6),
  feature: Int16Array.of(1, 0, -1, -3, -2, -3),
  threshold: Float64Array.of(0.25, -7, 0, 0, 0, 0),
  right: Uint32Array.of(4, 3, 0, 0, 0, 0),
};
const header = 28;

const isInvalid = (pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.reason === 'InvalidArtifact' && pattern.test(error.message);

/** The file with some bytes replaced. */
function altered(change: (view: DataView) => void): Uint8Array {
  const bytes = encodeForest(forest);
  change(new DataView(bytes.buffer));
  return bytes;
}

describe('encodeForest and decodeForest', () => {
  it('give the forest back', () => {
    assert.deepEqual(decodeForest(encodeForest(forest)), forest);
  });

  it('write the documented bytes', () => {
    const hex = Buffer.from(encodeForest(forest)).toString('hex');
    const expected = [
      Buffer.from('BWFOREST').toString('hex'),
      '01000000 02000000 02000000 06000000 02000000',
      '0100 0000 ffff fdff feff fdff',
      '000000000000d03f 0000000000001cc0',
    ];
    assert.equal(hex, expected.join('').replaceAll(' ', ''));
  });

  it('read bytes that begin anywhere in memory', () => {
    const shifted = Buffer.concat([Buffer.from([1, 2, 3]), encodeForest(forest)]).subarray(3);
    assert.deepEqual(decodeForest(shifted), forest);
  });

  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /0 bytes are too few/],
    ['another kind of file', altered(view => view.setUint8(0, 0x50)), /does not begin with BWFOREST/],
    ['a later version', altered(view => view.setUint32(8, 2, true)), /version 2/],
    ['no columns', altered(view => view.setUint32(12, 0, true)), /0 columns/],
    ['no trees', altered(view => view.setUint32(16, 0, true)), /0 trees/],
    ['more trees than nodes', altered(view => view.setUint32(16, 3, true)), /ends within tree 2 of 3/],
    ['fewer trees', altered(view => view.setUint32(16, 1, true)), /nodes follow after the last of 1 trees/],
    ['a huge number of nodes', altered(view => view.setUint32(20, 0xffffffff, true)), /its header says/],
    ['a column out of range', altered(view => view.setInt16(header, 2, true)), /node 0 tests column 2/],
    ['an unknown class', altered(view => view.setInt16(header + 4, -4, true)), /node 2 tests column -4/],
    ['a leaf for a test', altered(view => view.setInt16(header + 2, -1, true)), /more thresholds than tests/],
    ['a test for a leaf', altered(view => view.setInt16(header + 4, 0, true)), /more tests than thresholds/],
    [
      'a threshold that is none',
      altered(view => view.setFloat64(header + 12, Number.NaN, true)),
      /node 0 is NaN/,
    ],
    ['one byte more', Uint8Array.of(...encodeForest(forest), 0), /has 57 bytes, its header says 56/],
  ];
  for (const [name, bytes, pattern] of cases) {
    it(`refuse ${name}`, () => assert.throws(() => decodeForest(bytes), isInvalid(pattern)));
  }

  it('refuse a tree deeper than any that is trained', () => {
    const depth = 65;
    const chain: Forest = {
      columns: 1,
      trees: 1,
      roots: Uint32Array.of(0, 2 * depth + 1),
      feature: Int16Array.from({ length: 2 * depth + 1 }, (_, node) => (node < depth ? 0 : -1)),
      threshold: new Float64Array(2 * depth + 1),
      right: new Uint32Array(2 * depth + 1),
    };
    assert.throws(() => decodeForest(encodeForest(chain)), isInvalid(/deeper than 64/));
  });

  it('refuse every file that was cut short', () => {
    const bytes = encodeForest(forest);
    for (let end = 0; end < bytes.length; end++) {
      assert.throws(() => decodeForest(bytes.subarray(0, end)), isInvalid(/./));
    }
  });

  it('make of altered bytes a failure or a forest that answers', () => {
    const bytes = encodeForest(forest);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
        const changed = bytes.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        let read: Forest;
        try {
          read = decodeForest(changed);
        } catch (error) {
          assert.ok(isInvalid(/./)(error));
          return;
        }
        const values = new Float64Array(read.columns).fill(0.1);
        const level = voteRisk(read, values, 0, new Float64Array(3));
        assert.equal(predictRisk(read, { rows: 1, columns: read.columns, values }).levels[0], level);
      }),
      { numRuns: 2000 },
    );
  });
});
