/**
 * A forest as a file, little-endian, without padding:
 *
 *     8 bytes   the letters BWFOREST
 *     uint32    version of this format: 1
 *     uint32    columns
 *     uint32    trees
 *     uint32    nodes
 *     uint32    tests (nodes that are no leaves)
 *     int16     for each node, trees one after another, in preorder: the column it tests, or −1 less its class
 *     float64   for each test, in the same order: the threshold
 *
 * Preorder needs no pointers, so no file can make a walk loop or leave the arrays.
 */
import { Failure } from '../../failure.ts';
import { classCount, type Forest } from './forest.ts';

const magic = 'BWFOREST';
const version = 1;
const headerBytes = magic.length + 5 * 4;
const largest = { columns: 0x7fff, trees: 1_000_000, depth: 64 };

export function encodeForest(forest: Forest): Uint8Array {
  const { columns, trees, feature, threshold } = forest;
  const tests = feature.reduce((count, column) => count + (column >= 0 ? 1 : 0), 0);
  const bytes = new Uint8Array(headerBytes + 2 * feature.length + 8 * tests);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic));
  [version, columns, trees, feature.length, tests].forEach((value, i) => {
    view.setUint32(magic.length + 4 * i, value, true);
  });
  let thresholdAt = headerBytes + 2 * feature.length;
  feature.forEach((column, node) => {
    view.setInt16(headerBytes + 2 * node, column, true);
    if (column < 0) return;
    view.setFloat64(thresholdAt, threshold[node]!, true);
    thresholdAt += 8;
  });
  return bytes;
}

/** @throws Failure `InvalidArtifact` that describes the mismatch; never reads past the end. */
export function decodeForest(bytes: Uint8Array): Forest {
  const { columns, trees, nodes, view } = readHeader(bytes);
  const feature = new Int16Array(nodes);
  const threshold = new Float64Array(nodes);
  let thresholdAt = headerBytes + 2 * nodes;
  for (let node = 0; node < nodes; node++) {
    const column = view.getInt16(headerBytes + 2 * node, true);
    if (column >= columns || column < -classCount) throw invalid(`node ${node} tests column ${column}`);
    feature[node] = column;
    if (column < 0) continue;
    if (thresholdAt === bytes.length) throw invalid('there are more tests than thresholds');
    const value = view.getFloat64(thresholdAt, true);
    if (!Number.isFinite(value)) throw invalid(`the threshold of node ${node} is ${value}`);
    threshold[node] = value;
    thresholdAt += 8;
  }
  if (thresholdAt !== bytes.length) throw invalid('there are more thresholds than tests');
  return { columns, trees, ...linkPreorder(feature, trees), feature, threshold };
}

/** Finds roots and right children: after a leaf comes the right side of the last test that lacks it. */
function linkPreorder(feature: Int16Array, trees: number): Pick<Forest, 'roots' | 'right'> {
  const roots = new Uint32Array(trees + 1);
  const right = new Uint32Array(feature.length);
  const open: number[] = [];
  let tree = 0;
  feature.forEach((column, node) => {
    if (tree === trees) throw invalid(`nodes follow after the last of ${trees} trees`);
    if (column >= 0) {
      open.push(node);
      if (open.length > largest.depth) throw invalid(`tree ${tree} is deeper than ${largest.depth}`);
      return;
    }
    const parent = open.pop();
    if (parent === undefined) roots[++tree] = node + 1;
    else right[parent] = node + 1;
  });
  if (tree !== trees) throw invalid(`it ends within tree ${tree} of ${trees}`);
  return { roots, right };
}

function readHeader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes) throw invalid(`${bytes.length} bytes are too few`);
  if (new TextDecoder('latin1').decode(bytes.subarray(0, magic.length)) !== magic) {
    throw invalid(`it does not begin with ${magic}`);
  }
  const field = (index: number) => view.getUint32(magic.length + 4 * index, true);
  if (field(0) !== version) throw invalid(`its format is version ${field(0)}, this code reads ${version}`);
  const [columns, trees, nodes, tests] = [field(1), field(2), field(3), field(4)];
  if (columns < 1 || columns > largest.columns) throw invalid(`${columns} columns`);
  if (trees < 1 || trees > largest.trees) throw invalid(`${trees} trees`);
  const expected = headerBytes + 2 * nodes + 8 * tests;
  if (bytes.length !== expected) throw invalid(`it has ${bytes.length} bytes, its header says ${expected}`);
  return { columns, trees, nodes, view };
}

function invalid(what: string): Failure {
  return new Failure('InvalidArtifact', `the random forest's file is invalid: ${what}`);
}
