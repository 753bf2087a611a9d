import { type Markup, markup } from '../drawing/markup.js';
import { percent } from '../drawing/number-text.js';
import type { CutOffs } from '@app/features';
import type { ThresholdCurve } from '@app/model-registry';
import type { ReportPolicy } from '../report-facts.js';

/** What a cut-off at `threshold` does on the calibration part, by weight; shares are 0–1. */
export interface CurvePoint {
  readonly threshold: number;
  /** Of all rows, what is flagged. */
  readonly alerts: number;
  /** Of what is flagged, the frauds. */
  readonly precision: number;
  /** Of the frauds, what is flagged. */
  readonly recall: number;
}

/** Fewest alerts first. None where the calibration part had no fraud. */
export function pointsOf({ thresholds, frauds, legitimate, weight, total_frauds }: ThresholdCurve): CurvePoint[] {
  if (!(total_frauds > 0)) return [];
  return thresholds.map((threshold, at) => {
    const caught = frauds[at] ?? 0;
    const flagged = caught + (legitimate[at] ?? 0);
    return {
      threshold,
      alerts: flagged / weight,
      precision: flagged > 0 ? caught / flagged : 0,
      recall: caught / total_frauds,
    };
  });
}

/** What a policy's cut-off does; null where it flags nothing. */
export function atCutOff(points: readonly CurvePoint[], cutOff: number): CurvePoint | null {
  return points.findLast(({ threshold }) => threshold >= cutOff) ?? null;
}

export interface CutOff {
  /** How it is drawn and named. */
  readonly kind: keyof CutOffs;
  readonly probability: number;
}

/** Those of a policy that can be drawn: above 1 none flags anything. */
export function cutOffsOf(policy: ReportPolicy | null): CutOff[] {
  if (!policy) return [];
  // That of score 0 lies below 0, so that it flags all.
  return CUT_OFFS.map((kind) => ({ kind, probability: Math.max(0, policy.cutOffs[kind]) })).filter(
    ({ probability }) => probability <= 1,
  );
}

const CUT_OFFS = ['review', 'block'] as const;

/** Review comes before block: their names stand at different ends. */
export function endOf(kind: CutOff['kind']): 'top' | 'bottom' {
  return kind === 'block' ? 'top' : 'bottom';
}

/** What the colours of the cut-offs mean, and what each does. */
export function legend(points: readonly CurvePoint[], policy: ReportPolicy | null): Markup {
  if (!policy) return markup`No cut-off is marked: this version lacks what the policy in force needs.`;
  const marked = cutOffsOf(policy).map(({ kind, probability }) => {
    const point = atCutOff(points, probability);
    const effect = point
      ? `${percent(point.alerts)} of transactions, ${percent(point.precision)} of them frauds, ${percent(point.recall)} of all frauds`
      : 'nothing reached it';
    return markup`<span class="key ${kind}"></span><b>${kind}</b> from ${percent(probability)}: ${effect}. `;
  });
  const never = CUT_OFFS.filter((kind) => policy.cutOffs[kind] > 1).map(
    (kind) => markup`Policy ${policy.version} never chooses ${kind}. `,
  );
  return markup`${marked}${never}`;
}
