import { describe, expect, it } from '@jest/globals';
import type { Tree } from '../model/model.js';
import { treeAttributes } from './tree-attributes.js';

/** Node 1 is pruned: nothing leads to it. */
const PRUNED: Tree = {
  leftChildren: [2, -1, -1, 4, -1, -1],
  rightChildren: [3, -1, -1, 5, -1, -1],
  splitIndices: [7, 0, 0, 1, 0, 0],
  splitConditions: [0.5, 99, -1, 2, 10, 20],
  defaultLeft: [1, 0, 0, 0, 0, 0],
  lossChanges: [1, 0, 0, 1, 0, 0],
};
const LEAF: Tree = {
  leftChildren: [-1],
  rightChildren: [-1],
  splitIndices: [0],
  splitConditions: [3],
  defaultLeft: [0],
  lossChanges: [0],
};

describe('treeAttributes', () => {
  it('numbers what the root reaches from 0, the true child next to its parent', () => {
    const attributes = treeAttributes([PRUNED, LEAF]);
    const valuesOf = (name: string): unknown => {
      const attribute = attributes.find((candidate) => candidate.name === name);
      return attribute && Object.values(attribute).at(-1);
    };
    expect(valuesOf('nodes_treeids')).toEqual([0, 0, 0, 0, 0, 1]);
    expect(valuesOf('nodes_nodeids')).toEqual([0, 1, 2, 3, 4, 0]);
    expect(valuesOf('nodes_featureids')).toEqual([7, 0, 1, 0, 0, 0]);
    expect(valuesOf('nodes_values')).toEqual([0.5, 0, 2, 0, 0, 0]);
    expect(valuesOf('nodes_truenodeids')).toEqual([1, 0, 3, 0, 0, 0]);
    expect(valuesOf('nodes_falsenodeids')).toEqual([2, 0, 4, 0, 0, 0]);
    expect(valuesOf('nodes_missing_value_tracks_true')).toEqual([1, 0, 0, 0, 0, 0]);
    expect(valuesOf('target_treeids')).toEqual([0, 0, 0, 1]);
    expect(valuesOf('target_nodeids')).toEqual([1, 3, 4, 0]);
    expect(valuesOf('target_weights')).toEqual([-1, 10, 20, 3]);
  });
});
