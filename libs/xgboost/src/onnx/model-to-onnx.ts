import { XgboostError } from '../errors.js';
import type { LinearModel, Model, TreeModel } from '../model/model.js';
import type { Calibration } from '../calibration.js';
import { FOREST_MARGIN, logit } from '../log-odds.js';
import type { Algorithm } from '../params.js';
import { CLIP } from '../scaling.js';
import { calibrationGraph } from './calibration-graph.js';
import { INPUT, ML_DOMAIN, OUTPUT, constant, encodeModel, int, floats, node, type Graph } from './messages.js';
import { treeAttributes } from './tree-attributes.js';

export interface OnnxOptions {
  /** The graph's name. */
  readonly name: string;
  /** One per input, in order; written into the file's metadata (`input_names`, a JSON list). */
  readonly inputNames: readonly string[];
  /** What makes the probability of what the model says; left out it is `none`. */
  readonly calibration?: Calibration | undefined;
}

type Body = Pick<Graph, 'nodes' | 'constants'>;

/** What each algorithm's own part of the graph gives: log-odds, but of a forest the share of frauds. */
const RAW: Readonly<Record<Algorithm, string>> = {
  boosted_trees: 'sum',
  random_forest: 'sum',
  logistic_regression: 'log_odds',
};

/**
 * The ONNX file of a model: one input `features`, float32 [N, width], NaN where a value is missing; one output
 * `probability`, float32 [N, 1]. Throws XgboostError where the names do not fit the width or the calibration is none.
 */
export function modelToOnnx(
  model: Model,
  { name, inputNames, calibration = { method: 'none' } }: OnnxOptions,
): Uint8Array {
  if (inputNames.length !== model.width) {
    throw new XgboostError(`the model has ${model.width} inputs, not ${inputNames.length}`);
  }
  const parts = [
    model.algorithm === 'logistic_regression' ? linearGraph(model) : treeGraph(model),
    ...probabilityGraphs(model.algorithm, calibration),
  ];
  const metadata = {
    producer: 'fraud-scoring',
    algorithm: model.algorithm,
    xgboost_version: model.xgboostVersion,
    input_names: JSON.stringify(inputNames),
    ...(calibration.method === 'none' ? {} : { calibration: calibration.method }),
  };
  return encodeModel({
    name,
    width: model.width,
    metadata,
    nodes: parts.flatMap(({ nodes }) => nodes),
    constants: parts.flatMap(({ constants }) => constants),
  });
}

/** The sum of the leaves. */
function treeGraph(model: TreeModel): Body {
  const base = model.algorithm === 'random_forest' ? model.baseScore : logit(model.baseScore);
  const attributes = [...treeAttributes(model.trees), int('n_targets', 1), floats('base_values', [base])];
  return {
    nodes: [node('TreeEnsembleRegressor', [INPUT], RAW[model.algorithm], attributes, ML_DOMAIN)],
    constants: [],
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
      node('Gemm', ['standardised', 'weights', 'bias'], RAW.logistic_regression),
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

/**
 * From what the model says to the probability. The sigmoid is an operator of its own: older versions of ONNX Runtime
 * ignore the regressor's post_transform, and the classifier writes a second column and a label that nobody asked for.
 */
function probabilityGraphs(algorithm: Algorithm, calibration: Calibration): Body[] {
  const raw = RAW[algorithm];
  if (algorithm !== 'random_forest') {
    if (calibration.method !== 'none') return [calibrationGraph(raw, calibration)];
    return [{ nodes: [node('Sigmoid', [raw], OUTPUT)], constants: [] }];
  }
  if (calibration.method === 'none') return [shareGraph(raw, OUTPUT)];
  return [
    shareGraph(raw, 'share'),
    shareToLogOddsGraph('share', 'log_odds'),
    calibrationGraph('log_odds', calibration),
  ];
}

/** The sum of a forest's shares may leave 0–1 by rounding. */
function shareGraph(sum: string, output: string): Body {
  return {
    nodes: [node('Clip', [sum, 'zero', 'one'], output)],
    constants: [constant('zero', [], [0]), constant('one', [], [1])],
  };
}

/** What `logOddsOfShare` does. */
function shareToLogOddsGraph(share: string, output: string): Body {
  return {
    nodes: [
      node('Mul', [share, 'within_margins'], 'narrowed'),
      node('Add', ['narrowed', 'margin'], 'fraud'),
      node('Sub', ['one', 'fraud'], 'legitimate'),
      node('Div', ['fraud', 'legitimate'], 'odds'),
      node('Log', ['odds'], output),
    ],
    constants: [constant('within_margins', [], [1 - 2 * FOREST_MARGIN]), constant('margin', [], [FOREST_MARGIN])],
  };
}
