/**
 * The file `regressor.bin`, little-endian:
 *
 *     0  "BWGB", then uint32: format version (1), columns, trees, nodes; float32: base
 *     24 float32 a node: threshold of a split, weight of a leaf
 *     .. uint16 a node: feature of a split, 65535 for a leaf
 *
 * Nodes are in breadth-first order, tree after tree. Roots and children follow from the order, so they are not stored
 * and cannot be wrong.
 */
import { Failure, messageOf } from '../../failure.ts';
import { type Booster, leafMark, linkTrees } from './booster.ts';

const magic = 0x42475742;
const version = 1;
const headerBytes = 24;
const nodeBytes = 6;

export function encodeBooster(booster: Booster): Uint8Array {
  const { columns, base, roots, feature, value, left } = booster;
  const nodes = value.length;
  const view = new DataView(new ArrayBuffer(headerBytes + nodes * nodeBytes));
  [magic, version, columns, roots.length, nodes].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  view.setFloat32(20, base, true);
  for (let node = 0; node < nodes; node++) {
    view.setFloat32(headerBytes + 4 * node, value[node]!, true);
    view.setUint16(headerBytes + 4 * nodes + 2 * node, left[node] === 0 ? leafMark : feature[node]!, true);
  }
  return new Uint8Array(view.buffer);
}

/** @throws Failure InvalidArtifact when the bytes are not what `encodeBooster` wrote. */
export function decodeBooster(bytes: Uint8Array): Booster {
  if (bytes.length < headerBytes) throw invalid(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number) => view.getUint32(4 * index, true);
  if (word(0) !== magic) throw invalid('it is a file of another kind');
  if (word(1) !== version) throw invalid(`its format is ${word(1)}, this program reads ${version}`);
  const nodes = word(4);
  const expected = headerBytes + nodes * nodeBytes;
  if (bytes.length !== expected) throw invalid(`it has ${bytes.length} bytes instead of ${expected}`);
  const value = new Float32Array(nodes);
  const feature = new Uint16Array(nodes);
  for (let node = 0; node < nodes; node++) {
    value[node] = view.getFloat32(headerBytes + 4 * node, true);
    feature[node] = view.getUint16(headerBytes + 4 * nodes + 2 * node, true);
  }
  const booster = linked(word(2), view.getFloat32(20, true), feature, value);
  if (booster.roots.length !== word(3)) {
    throw invalid(`it holds ${booster.roots.length} trees instead of ${word(3)}`);
  }
  return booster;
}

function linked(columns: number, base: number, feature: Uint16Array, value: Float32Array): Booster {
  try {
    return linkTrees(columns, base, feature, value);
  } catch (error) {
    throw invalid(messageOf(error));
  }
}

function invalid(what: string): Failure {
  return new Failure('InvalidArtifact', `regressor.bin cannot be used: ${what}`);
}
