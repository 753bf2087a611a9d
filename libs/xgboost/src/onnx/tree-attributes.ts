import type { Tree } from '../model/model.js';
import { type floats, floats as floatList, ints, strings } from './messages.js';

const MODES = ['LEAF', 'BRANCH_LT'] as const;
const LEAF = 0;
const BRANCH_LT = 1;

type Attribute = Pick<ReturnType<typeof floats>, 'name' | 'type'>;

/**
 * The trees as TreeEnsembleRegressor wants them (https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html):
 * all nodes in one row, numbered per tree from 0 in pre-order. Only what the root reaches is written, since XGBoost's
 * file may keep pruned nodes.
 */
export function treeAttributes(trees: readonly Tree[]): Attribute[] {
  const nodes = new NodeColumns();
  const leaves = new LeafColumns();
  trees.forEach((tree, treeId) => {
    appendTree(tree, treeId, nodes, leaves);
  });
  return [...nodes.attributes(), ...leaves.attributes()];
}

/** One entry per node. */
class NodeColumns {
  readonly treeIds: number[] = [];
  readonly nodeIds: number[] = [];
  readonly inputs: number[] = [];
  readonly thresholds: number[] = [];
  readonly modes: number[] = [];
  readonly trueIds: number[] = [];
  readonly falseIds: number[] = [];
  readonly missingTracksTrue: number[] = [];

  attributes(): Attribute[] {
    return [
      ints('nodes_treeids', this.treeIds),
      ints('nodes_nodeids', this.nodeIds),
      ints('nodes_featureids', this.inputs),
      floatList('nodes_values', this.thresholds),
      strings('nodes_modes', MODES, this.modes),
      ints('nodes_truenodeids', this.trueIds),
      ints('nodes_falsenodeids', this.falseIds),
      ints('nodes_missing_value_tracks_true', this.missingTracksTrue),
    ];
  }
}

/** One entry per leaf. */
class LeafColumns {
  readonly treeIds: number[] = [];
  readonly nodeIds: number[] = [];
  readonly values: number[] = [];

  attributes(): Attribute[] {
    return [
      ints('target_treeids', this.treeIds),
      ints('target_nodeids', this.nodeIds),
      ints('target_ids', new Uint8Array(this.values.length)),
      floatList('target_weights', this.values),
    ];
  }
}

function appendTree(tree: Tree, treeId: number, nodes: NodeColumns, leaves: LeafColumns): void {
  // `parent` is a place in the columns whose false child the node is; the true child always follows its parent.
  const waiting: { index: number; parent: number | null }[] = [{ index: 0, parent: null }];
  let nodeId = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { index, parent } = next;
    const left = tree.leftChildren[index] ?? -1;
    const isLeaf = left === -1;
    const condition = tree.splitConditions[index] ?? 0;
    if (parent !== null) nodes.falseIds[parent] = nodeId;
    nodes.treeIds.push(treeId);
    nodes.nodeIds.push(nodeId);
    nodes.inputs.push(isLeaf ? 0 : (tree.splitIndices[index] ?? 0));
    nodes.thresholds.push(isLeaf ? 0 : condition);
    nodes.modes.push(isLeaf ? LEAF : BRANCH_LT);
    nodes.trueIds.push(isLeaf ? 0 : nodeId + 1);
    nodes.falseIds.push(0);
    nodes.missingTracksTrue.push(isLeaf ? 0 : (tree.defaultLeft[index] ?? 0));
    if (isLeaf) {
      leaves.treeIds.push(treeId);
      leaves.nodeIds.push(nodeId);
      leaves.values.push(condition);
    } else {
      waiting.push({ index: tree.rightChildren[index] ?? -1, parent: nodes.treeIds.length - 1 });
      waiting.push({ index: left, parent: null });
    }
    nodeId += 1;
  }
}
