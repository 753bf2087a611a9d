import type { Algorithm, ResolvedParams } from '../params.js';

interface SettingsInput {
  readonly algorithm: Algorithm;
  readonly params: ResolvedParams;
  readonly baseScore: number;
  readonly monotone?: Int8Array | null | undefined;
  readonly seed: number;
  readonly threads: number;
}

/** The parameters as XGBoost itself takes them (https://xgboost.readthedocs.io/en/stable/parameter.html). */
export function settingsFor({
  algorithm,
  params,
  baseScore,
  monotone,
  seed,
  threads,
}: SettingsInput): [string, string][] {
  const { rounds, early_stopping_rounds: _ours, ...shared } = params;
  const settings = {
    ...shared,
    ...(monotone?.some((direction) => direction !== 0) ? { monotone_constraints: `(${monotone.join(',')})` } : {}),
    ...{ base_score: baseScore, seed, nthread: threads, verbosity: 0 },
  };
  return [...Object.entries(settings).map(toText), ...Object.entries(particular(algorithm, rounds)).map(toText)];
}

function particular(algorithm: Algorithm, rounds: number): Record<string, string | number> {
  switch (algorithm) {
    case 'boosted_trees':
      return { booster: 'gbtree', tree_method: 'hist', objective: 'binary:logistic' };
    case 'random_forest':
      // Each tree adds its share of the mean.
      return { booster: 'gbtree', tree_method: 'hist', objective: 'reg:squarederror', learning_rate: 1 / rounds };
    case 'logistic_regression':
      // The default updater, shotgun, races its threads on purpose; coordinate descent gives the same weights always.
      return {
        booster: 'gblinear',
        updater: 'coord_descent',
        feature_selector: 'cyclic',
        objective: 'binary:logistic',
        // Its steps are so short that waiting for other threads costs more than they bring.
        nthread: 1,
      };
  }
}

function toText([name, value]: [string, string | number]): [string, string] {
  return [name, String(value)];
}
