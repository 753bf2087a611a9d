import type { Feature } from '@app/features';
import type { PairedComparison } from './paired-comparison.js';
import type { Unmet } from './policies/cut-offs.js';
import type { PromotionSettings } from './promotion-settings.js';

/** What a promotion by itself is decided on. */
export interface Comparison {
  readonly settings: PromotionSettings;
  /** On the same holdout; or that the champion's artefact cannot score; null when there is no champion. */
  readonly result: PairedComparison | 'broken' | null;
  /** Frauds in the holdout, as rows. */
  readonly holdoutFrauds: number;
  /** What each version was trained on; the champion's null when there is none. */
  readonly features: { readonly challenger: readonly Feature[]; readonly champion: readonly Feature[] | null };
  /** Whether the challenger learned from simulated rows and the champion from real ones. */
  readonly simulatedAgainstReal: boolean;
  /** What the decision policy in force needs and the challenger lacks; null: nothing. */
  readonly unmet: Unmet | null;
  /** Features of the training data that nearly equal the label. */
  readonly leaks: readonly string[];
}

export const GUARD_NAMES = [
  'mode',
  'leaks',
  'simulated_against_real',
  'same_features',
  'policy',
  'min_frauds',
  'gain',
  'interval',
  'calibration',
] as const;

/** One condition of a promotion, and how it came out. */
export interface Guard {
  readonly name: (typeof GUARD_NAMES)[number];
  readonly passed: boolean;
  readonly detail: string;
}

export interface Verdict {
  readonly promoted: boolean;
  readonly reason: string;
  /** All that were asked, also those after the first that failed. */
  readonly guards: readonly Guard[];
}

/**
 * A version becomes champion when every guard lets it: the first one without further question, but in manual mode none.
 * What was trained on simulated rows never takes over from what was trained on real ones: on simulated rows it would
 * win. In place of a broken champion anything is better that can be trusted. All others must beat the champion on the
 * same holdout; a tie keeps the champion.
 */
export function decidePromotion(comparison: Comparison): Verdict {
  const { result } = comparison;
  const guards = guardsOf(comparison);
  const failed = guards.find(({ passed }) => !passed);
  if (failed) return { promoted: false, reason: failed.detail, guards };
  if (result === null) return { promoted: true, reason: 'first version: there was no champion', guards };
  if (result === 'broken') return { promoted: true, reason: 'the artefact of the champion was broken', guards };
  return { promoted: true, reason: `better: ${figures(result)}`, guards };
}

function guardsOf(comparison: Comparison): Guard[] {
  const { settings, result } = comparison;
  if (result === null) return [mode(settings)];
  const trust = [mode(settings), leaks(comparison), simulated(comparison)];
  if (result === 'broken') return trust;
  return [
    ...trust,
    sameFeatures(comparison),
    policy(comparison),
    frauds(comparison),
    gain(settings, result),
    ...(settings.rule === 'evidence' ? [interval(result)] : []),
    calibration(settings, result),
  ];
}

function mode({ mode }: PromotionSettings): Guard {
  const passed = mode === 'automatic';
  const detail = passed ? 'versions are promoted by themselves' : 'manual mode: a person promotes';
  return { name: 'mode', passed, detail };
}

function leaks({ leaks, settings }: Comparison): Guard {
  const found = leaks.length > 0;
  const passed = !found || !settings.refuse_leaks;
  const detail = found
    ? `leaks: ${leaks.join(', ')} nearly equal${leaks.length > 1 ? '' : 's'} the label`
    : 'no feature nearly equals the label';
  return { name: 'leaks', passed, detail: found && passed ? `${detail}; that is allowed here` : detail };
}

function simulated({ simulatedAgainstReal }: Comparison): Guard {
  const detail = simulatedAgainstReal
    ? 'trained on simulated data, the champion on real data'
    : 'not simulated data against real data';
  return { name: 'simulated_against_real', passed: !simulatedAgainstReal, detail };
}

function sameFeatures({ features: { challenger, champion } }: Comparison): Guard {
  const differing = champion ? differingFeatures(challenger, champion) : [];
  const passed = differing.length === 0;
  const detail = passed ? 'the same features' : `the features differ from the champion's: ${differing.join(', ')}`;
  return { name: 'same_features', passed, detail };
}

function policy({ unmet }: Comparison): Guard {
  if (!unmet) return { name: 'policy', passed: true, detail: 'the decision policy in force can be followed' };
  const lacking = unmet.kind === 'no_curve' ? 'a threshold curve' : `costs by ${JSON.stringify(unmet.column)}`;
  return { name: 'policy', passed: false, detail: `the decision policy in force needs ${lacking}` };
}

function differingFeatures(challenger: readonly Feature[], champion: readonly Feature[]): string[] {
  const key = ({ name, type, nullable }: Feature): string => JSON.stringify([name, type, nullable]);
  const [first, second] = [new Set(challenger.map(key)), new Set(champion.map(key))];
  const only = (features: readonly Feature[], other: ReadonlySet<string>): string[] =>
    features.filter((feature) => !other.has(key(feature))).map(({ name }) => name);
  return [...new Set([...only(challenger, second), ...only(champion, first)])];
}

function frauds({ holdoutFrauds, settings: { min_frauds } }: Comparison): Guard {
  const passed = holdoutFrauds >= min_frauds;
  const detail = `${passed ? 'enough' : 'too few'} frauds in the holdout: ${holdoutFrauds}, at least ${min_frauds} are asked for`;
  return { name: 'min_frauds', passed, detail };
}

function calibration(
  settings: PromotionSettings,
  { calibrationError: { challenger, champion } }: PairedComparison,
): Guard {
  // Written so that NaN is refused, too.
  const passed = challenger - champion <= settings.max_calibration_loss;
  const detail = `${passed ? 'calibrated well enough' : 'calibrated much worse'}: error ${fixed(challenger)} against the champion's ${fixed(champion)}, at most ${settings.max_calibration_loss} more is allowed`;
  return { name: 'calibration', passed, detail };
}

function gain({ min_improvement }: PromotionSettings, result: PairedComparison): Guard {
  const passed = result.gain > min_improvement;
  const enough =
    min_improvement > 0 ? `, by ${fixed(result.gain)} where more than ${min_improvement} is asked for` : '';
  return { name: 'gain', passed, detail: `${passed ? 'better' : 'not better'}: ${figures(result)}${enough}` };
}

function interval(result: PairedComparison): Guard {
  const {
    interval: [low, high],
    confidence,
  } = result;
  const passed = low > 0;
  const range = `${fixed(low)} to ${fixed(high)} at ${+(100 * confidence).toFixed(2)} % confidence`;
  const detail = `${passed ? 'better for sure' : 'not better for sure'}: the gain lies in ${range}; ${figures(result)}`;
  return { name: 'interval', passed, detail };
}

function figures({ metric, challenger, champion }: PairedComparison): string {
  return `${metric} ${fixed(challenger)} against the champion's ${fixed(champion)} on the same holdout`;
}

function fixed(value: number): string {
  return value.toFixed(4);
}
