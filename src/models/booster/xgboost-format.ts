/**
 * Reads the binary model of XGBoost 0.7 (`Learner::Save`, little-endian, no magic number):
 *
 *     learner   136 bytes: base_score float32, num_feature, num_class, contain_extra_attrs, ..., 29 reserved
 *     objective, booster: each a uint64 length and so many bytes
 *     gbtree    160 bytes: num_trees, num_roots, num_feature, pad, num_pbuffer int64, num_output_group,
 *                          size_leaf_vector, 32 reserved
 *     a tree    148 bytes: num_roots, num_nodes, num_deleted, max_depth, num_feature, size_leaf_vector, 31 reserved;
 *               20 a node: parent, left, right (int32; left is -1 at a leaf), sindex uint32 (feature in the low
 *                          31 bits, "missing goes left" in the top one), threshold or leaf weight float32;
 *               16 a node: statistics, not needed to predict
 *
 * The direction of missing values is dropped: `withoutMarker` ensures that none is ever missing.
 */
import { Failure } from '../../failure.ts';
import { type Booster, leafMark, linkTrees } from './booster.ts';

interface XgboostNode {
  /** Index in its tree. */
  readonly left: number;
  readonly right: number;
  /** `leafMark` at a leaf. */
  readonly feature: number;
  readonly value: number;
}

/** The model's trees as flat arrays. @throws Failure InvalidArtifact when the bytes are no such model. */
export function parseXgboost(bytes: Uint8Array): Booster {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readModel(view);
  } catch (error) {
    if (error instanceof RangeError) throw invalid(error.message);
    throw error;
  }
}

function readModel(view: DataView): Booster {
  const base = view.getFloat32(0, true);
  const columns = view.getUint32(4, true);
  let at = 136;
  const objective = readText(view, at);
  const booster = readText(view, objective.end);
  if (objective.text !== 'reg:linear' || booster.text !== 'gbtree') {
    throw invalid(`it is a ${booster.text} for ${objective.text}, not a gbtree for reg:linear`);
  }
  at = booster.end;
  const trees = view.getInt32(at, true);
  if (trees < 0 || !Number.isFinite(base)) throw invalid(`${trees} trees from base ${base}`);
  at += 160;
  const nodes: XgboostNode[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const count = view.getInt32(at + 4, true);
    if (count < 1) throw invalid(`tree ${tree} has ${count} nodes`);
    at += 148;
    const nodesAt = at;
    append(nodes, node => readNode(view, nodesAt, node, count, columns), count);
    at += count * (20 + 16);
  }
  // The trees' output groups follow; reading the last one shows that the file is not truncated.
  if (trees > 0) view.getInt32(at + 4 * (trees - 1), true);
  return linkTrees(
    columns,
    base,
    Uint16Array.from(nodes, node => node.feature),
    Float32Array.from(nodes, node => node.value),
  );
}

function readText(view: DataView, at: number): { text: string; end: number } {
  const length = Number(view.getBigUint64(at, true));
  if (length > 64) throw invalid(`a name of ${length} bytes`);
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint8(at + 8 + i));
  return { text, end: at + 8 + length };
}

function readNode(view: DataView, tree: number, node: number, count: number, columns: number): XgboostNode {
  const at = tree + 20 * node;
  const left = view.getInt32(at + 4, true);
  const right = view.getInt32(at + 8, true);
  const feature = view.getUint32(at + 12, true) & 0x7fffffff;
  const value = view.getFloat32(at + 16, true);
  if (!Number.isFinite(value)) throw invalid(`node ${node} holds ${value}`);
  if (left === -1) return { left, right, feature: leafMark, value };
  if (left < 1 || left >= count || right < 1 || right >= count || feature >= columns) {
    throw invalid(`node ${node} splits feature ${feature} into nodes ${left} and ${right}`);
  }
  return { left, right, feature, value };
}

/**
 * Appends a tree to `trees` breadth first, as `linkTrees` takes it: the two children of a node become neighbours and
 * pruned nodes, which no node refers to, are dropped.
 */
function append(trees: XgboostNode[], nodeAt: (node: number) => XgboostNode, count: number): void {
  const queue = [0];
  for (let i = 0; i < queue.length; i++) {
    // A node reached twice would make a graph, or a loop, of the tree.
    if (queue.length > count) throw invalid('its nodes are no tree');
    const node = nodeAt(queue[i]!);
    trees.push(node);
    if (node.feature !== leafMark) queue.push(node.left, node.right);
  }
}

function invalid(what: string): Failure {
  return new Failure('InvalidArtifact', `this is no XGBoost 0.7 model: ${what}`);
}
