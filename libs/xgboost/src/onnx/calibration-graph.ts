import { type Calibration, checkCalibration, rampsOf } from '../calibration.js';
import { MAX_LOG_ODDS } from '../log-odds.js';
import { OUTPUT, constant, node, type Graph } from './messages.js';

type Body = Pick<Graph, 'nodes' | 'constants'>;

/**
 * From `logOdds`, [N, 1], to the probability: step by step what `calibrateLogOdds` does. Clipped first, so that not even
 * an infinite sum makes a NaN. Throws XgboostError.
 */
export function calibrationGraph(logOdds: string, calibration: Exclude<Calibration, { method: 'none' }>): Body {
  checkCalibration(calibration);
  const clip = {
    nodes: [node('Clip', [logOdds, 'least_log_odds', 'most_log_odds'], 'clipped')],
    constants: [constant('least_log_odds', [], [-MAX_LOG_ODDS]), constant('most_log_odds', [], [MAX_LOG_ODDS])],
  };
  const { nodes, constants } = calibration.method === 'platt' ? plattGraph(calibration) : isotonicGraph(calibration);
  return { nodes: [...clip.nodes, ...nodes], constants: [...clip.constants, ...constants] };
}

function plattGraph({ slope, intercept }: Calibration & { readonly method: 'platt' }): Body {
  return {
    nodes: [
      node('Mul', ['clipped', 'slope'], 'sloped'),
      node('Add', ['sloped', 'intercept'], 'calibrated'),
      node('Sigmoid', ['calibrated'], OUTPUT),
    ],
    constants: [constant('slope', [], [slope]), constant('intercept', [], [intercept])],
  };
}

/** Each line is a ramp from 0 to 1, level before and after; the probability is the sum of the ramps by their rises. */
function isotonicGraph(calibration: Calibration & { readonly method: 'isotonic' }): Body {
  const { first, from, factors, rises } = rampsOf(calibration);
  // A point alone is level everywhere: a ramp that does not rise.
  const ramps = Math.max(1, from.length);
  const list = (values: Float32Array): ArrayLike<number> => (values.length > 0 ? values : [0]);
  return {
    nodes: [
      node('Sub', ['clipped', 'ramp_from'], 'beyond'),
      node('Mul', ['beyond', 'ramp_factors'], 'scaled_ramps'),
      node('Clip', ['scaled_ramps', 'ramp_begin', 'ramp_end'], 'ramps'),
      node('MatMul', ['ramps', 'ramp_rises'], 'risen'),
      node('Add', ['risen', 'first_probability'], 'total'),
      // The rises are rounded, and so may add up to a little more than 1.
      node('Clip', ['total', 'ramp_begin', 'ramp_end'], OUTPUT),
    ],
    constants: [
      constant('ramp_from', [ramps], list(from)),
      constant('ramp_factors', [ramps], list(factors)),
      constant('ramp_rises', [ramps, 1], list(rises)),
      constant('first_probability', [], [first]),
      constant('ramp_begin', [], [0]),
      constant('ramp_end', [], [1]),
    ],
  };
}
