import { XgboostError } from '../errors.js';
import type { LinearModel, Model, TreeModel } from '../model/model.js';
import { logit } from '../log-odds.js';
import { CLIP } from '../scaling.js';
import { INPUT, ML_DOMAIN, OUTPUT, constant, encodeModel, int, floats, node, type Graph } from './messages.js';
import { treeAttributes } from './tree-attributes.js';

export interface OnnxNaming {
  /** The graph's name. */
  readonly name: string;
  /** One per input, in order; written into the file's metadata (`input_names`, a JSON list). */
  readonly inputNames: readonly string[];
}

type Body = Pick<Graph, 'nodes' | 'constants'>;

/**
 * The ONNX file of a model: one input `features`, float32 [N, width], NaN where a value is missing; one output
 * `probability`, float32 [N, 1]. Throws XgboostError where the names do not fit the width.
 */
export function modelToOnnx(model: Model, { name, inputNames }: OnnxNaming): Uint8Array {
  if (inputNames.length !== model.width) {
    throw new XgboostError(`the model has ${model.width} inputs, not ${inputNames.length}`);
  }
  const body = model.algorithm === 'logistic_regression' ? linearGraph(model) : treeGraph(model);
  const metadata = {
    producer: 'fraud-scoring',
    algorithm: model.algorithm,
    xgboost_version: model.xgboostVersion,
    input_names: JSON.stringify(inputNames),
  };
  return encodeModel({ name, width: model.width, metadata, ...body });
}

/**
 * The sum of the leaves, then the sigmoid as an operator of its own: older versions of ONNX Runtime ignore the
 * regressor's post_transform, and the classifier writes a second column and a label that nobody asked for.
 */
function treeGraph(model: TreeModel): Body {
  const isForest = model.algorithm === 'random_forest';
  const base = isForest ? model.baseScore : logit(model.baseScore);
  const attributes = [...treeAttributes(model.trees), int('n_targets', 1), floats('base_values', [base])];
  const ensemble = node('TreeEnsembleRegressor', [INPUT], 'sum', attributes, ML_DOMAIN);
  if (!isForest) return { nodes: [ensemble, node('Sigmoid', ['sum'], OUTPUT)], constants: [] };
  return {
    nodes: [ensemble, node('Clip', ['sum', 'zero', 'one'], OUTPUT)],
    constants: [constant('zero', [], [0]), constant('one', [], [1])],
  };
}

/** Step by step what `standardise` does, then XGBoost's weighted sum. */
function linearGraph({ weights, bias, baseScore, scaling, width }: LinearModel): Body {
  return {
    nodes: [
      node('IsNaN', [INPUT], 'missing'),
      node('Where', ['missing', 'means', INPUT], 'present'),
      node('Sub', ['present', 'means'], 'centred'),
      node('Mul', ['centred', 'factors'], 'scaled'),
      node('Clip', ['scaled', 'lowest', 'highest'], 'standardised'),
      node('Gemm', ['standardised', 'weights', 'bias'], 'log_odds'),
      node('Sigmoid', ['log_odds'], OUTPUT),
    ],
    constants: [
      constant('means', [width], scaling.means),
      constant('factors', [width], scaling.factors),
      constant('lowest', [], [-CLIP]),
      constant('highest', [], [CLIP]),
      constant('weights', [width, 1], weights),
      constant('bias', [1], [bias + logit(baseScore)]),
    ],
  };
}
