import { type Encoding, type ModelDefinition, type ScoringWarning } from './definition.js';
import { type FeatureStatistics } from './feature-statistics.js';
import { compileReader } from './field-reader.js';
import { type Transaction } from './validator.js';

/** Farther from the mean than so many standard deviations is far. */
const FAR = 3;

/**
 * How a validated transaction differs from what a version was trained on: at most one warning per feature, in the order
 * of the features, and `most` of them.
 */
export type WarningFinder = (transaction: Transaction, most?: number) => readonly ScoringWarning[];

/** What is odd about the value of one feature; undefined: nothing. */
type FeatureCheck = (value: unknown) => ScoringWarning | undefined;

/** Shared by every usual transaction, so that it allocates nothing. */
const NO_WARNINGS: readonly ScoringWarning[] = Object.freeze([]);

/**
 * Prepares the comparison of single transactions with the training data of one version. An absent value is never odd.
 *
 * - number: `out_of_range` where training saw no value so small or so large, else `far_from_mean`. Compared as float32,
 *   as the model sees it.
 * - category: `unknown_category` where the model has no input for the value.
 * - boolean: `out_of_range` where training only ever saw the other one.
 *
 * @param statistics null for a version that was stored without: then only categories are looked at
 */
export function compileWarnings(
  definition: ModelDefinition,
  encoding: Encoding,
  statistics: FeatureStatistics | null,
): WarningFinder {
  const checks = definition.features.flatMap(({ name, type }) => {
    const known = statistics !== null && Object.hasOwn(statistics, name) ? statistics[name] : undefined;
    const check = type === 'category' ? categoryCheck(name, encoding) : valueCheck(name, known);
    return check ? [{ name, check }] : [];
  });
  const read = compileReader(checks.map(({ name }) => name));

  return (transaction, most = Infinity) => {
    let warnings: ScoringWarning[] | undefined;
    const values = read(transaction);
    let at = 0;
    for (const { check } of checks) {
      const warning = check(values[at++]);
      if (!warning) continue;
      (warnings ??= []).push(warning);
      if (warnings.length >= most) break;
    }
    return warnings ?? NO_WARNINGS;
  };
}

function categoryCheck(feature: string, { categories }: Encoding): FeatureCheck {
  const known = new Set(Object.hasOwn(categories, feature) ? categories[feature] : []);
  return (value) => {
    if (typeof value !== 'string' || known.has(value)) return undefined;
    const message = `${JSON.stringify(value)} is not among the values of ${feature} that this version knows`;
    return { code: 'unknown_category', feature, message };
  };
}

function valueCheck(feature: string, statistics: FeatureStatistics[string] | undefined): FeatureCheck | undefined {
  if (statistics?.type === 'boolean') return booleanCheck(feature, statistics.true_share);
  if (statistics?.type !== 'number' || statistics.distribution === null) return undefined;
  const { mean, standard_deviation: deviation, min, max } = statistics.distribution;
  const low = Math.fround(Math.max(min, mean - FAR * deviation));
  const high = Math.fround(Math.min(max, mean + FAR * deviation));
  const outside = `lies outside the values of ${feature} in training, ${shown(min)} to ${shown(max)}`;
  const theMean = `the mean of ${feature} in training, ${shown(mean)}`;
  return (sent) => {
    if (typeof sent !== 'number') return undefined;
    const value = Math.fround(sent);
    if (value >= low && value <= high) return undefined;
    if (value < min || value > max) {
      const message = min === max ? differs(sent, feature, shown(min)) : `${sent} ${outside}`;
      return { code: 'out_of_range', feature, message };
    }
    const side = value < mean ? 'below' : 'above';
    const distance = shown(Math.abs(value - mean) / deviation, 3);
    const message = `${sent} lies ${distance} standard deviations ${side} ${theMean}`;
    return { code: 'far_from_mean', feature, message };
  };
}

function booleanCheck(feature: string, trueShare: number | null): FeatureCheck | undefined {
  if (trueShare !== 0 && trueShare !== 1) return undefined;
  const only = trueShare === 1;
  return (sent) => {
    if (sent === undefined || sent === null || sent === only || sent === trueShare) return undefined;
    return { code: 'out_of_range', feature, message: differs(sent, feature, String(only)) };
  };
}

function differs(sent: unknown, feature: string, only: string): string {
  return `${String(sent)} differs from the only value of ${feature} in training, ${only}`;
}

/** A float32 has seven digits worth showing. */
function shown(value: number, digits = 7): string {
  return String(Number(value.toPrecision(digits)));
}
