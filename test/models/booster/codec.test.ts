import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../src/failure.ts';
import { linkTrees, meanBooster } from '../../../src/models/booster/booster.ts';
import { decodeBooster, encodeBooster } from '../../../src/models/booster/codec.ts';
import { predictReturn } from '../../../src/models/booster/predict.ts';
import { trainBooster } from '../../../src/models/booster/training.ts';
import { Random } from '../../../src/models/random.ts';
import { coarseMatrix } from '../../../support/library-booster.ts';

const leaf = 0xffff;
/** A stump on feature 1, a lone leaf, and a tree whose right child splits again. */
const booster = linkTrees(
  3,
  Math.fround(0.1),
  Uint16Array.of(1, leaf, leaf, leaf, 0, leaf, 2, leaf, leaf),
  Float32Array.of(0.5, -1, 1, 0.25, 2, 10, -3, 20, 30),
);

describe('regressor.bin', () => {
  it('brings a trained booster back as it was', async () => {
    const x = coarseMatrix(new Random(1), 200, 4);
    const y = x.values.filter((_, i) => i % 4 === 0);
    const parameters = { maxDepth: 4, learningRate: 0.1, minChildWeight: 1, rounds: 20 };
    const trained = await trainBooster({ x, y, parameters, seed: 1 });
    assert.deepEqual(decodeBooster(encodeBooster(trained)), trained);
  });

  it('holds a booster of no trees', () => {
    const none = meanBooster(6, 0.001);
    assert.deepEqual(decodeBooster(encodeBooster(none)), none);
    assert.equal(encodeBooster(none).length, 24);
  });

  it('is little-endian: this file, byte for byte', () => {
    const stump = linkTrees(2, 0.5, Uint16Array.of(1, leaf, leaf), Float32Array.of(1, -2, 2));
    const expected =
      '42574742 01000000 02000000 01000000 03000000 0000003f ' + '0000803f 000000c0 00000040 0100 ffff ffff';
    assert.equal(Buffer.from(encodeBooster(stump)).toString('hex'), expected.replaceAll(' ', ''));
  });

  it('is refused at every wrong length', () => {
    const bytes = encodeBooster(booster);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeBooster(bytes.subarray(0, length)), invalidArtifact, `${length} bytes`);
    }
    assert.throws(() => decodeBooster(new Uint8Array([...bytes, 0])), invalidArtifact);
  });

  const word = (index: number, value: number) => (view: DataView) => view.setUint32(4 * index, value, true);
  const values = 24;
  const features = values + 4 * booster.value.length;
  const cases: [string, (view: DataView) => void, RegExp][] = [
    ['another magic number', word(0, 1), /a file of another kind/],
    ['another version', word(1, 2), /its format is 2, this program reads 1/],
    ['no columns', word(2, 0), /0 features/],
    ['fewer columns than its features', word(2, 2), /node 6 reads feature 2/],
    ['another number of trees', word(3, 2), /3 trees instead of 2/],
    ['a count of nodes beyond its end', word(4, 0xffffffff), /bytes instead of/],
    ['an infinite base', view => view.setFloat32(20, Infinity, true), /the base is Infinity/],
    [
      'a leaf that is not a number',
      view => view.setFloat32(values + 4, Number.NaN, true),
      /node 1 holds NaN/,
    ],
    ['a split where the last tree had a leaf', view => view.setUint16(features + 16, 0, true), /truncated/],
    ['a leaf where a tree had its root', view => view.setUint16(features, leaf, true), /trees instead of 3/],
  ];
  for (const [what, change, message] of cases) {
    it(`is refused with ${what}`, () => {
      const bytes = encodeBooster(booster);
      change(new DataView(bytes.buffer));
      assert.throws(
        () => decodeBooster(bytes),
        (error: unknown) => {
          assert.ok(invalidArtifact(error));
          assert.match((error as Failure).message, message);
          return true;
        },
      );
    });
  }

  it('never decodes to trees that cannot be walked, whatever the bytes', () => {
    const bytes = encodeBooster(booster);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        changes => {
          const corrupt = bytes.slice();
          for (const [at, byte] of changes) corrupt[at] = byte;
          try {
            const decoded = decodeBooster(corrupt);
            assert.ok(!Number.isNaN(predictReturn(decoded, new Float64Array(decoded.columns), 0)));
          } catch (error) {
            assert.ok(invalidArtifact(error), String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function invalidArtifact(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'InvalidArtifact';
}
