/** What it takes for a new version to become champion by itself. */
export interface PromotionSettings {
  /** `manual`: only a person promotes. */
  readonly mode: 'automatic' | 'manual';
  /** `evidence`: the interval of the gain must lie above 0, too. `higher`: the better figure suffices. */
  readonly rule: 'evidence' | 'higher';
  /** The gain in the model's metric must be above this; in the metric's unit, not below 0. */
  readonly min_improvement: number;
  /** Level of the gain's interval, between 0.5 and 1. */
  readonly confidence: number;
  /** Frauds that the holdout must have, as rows. */
  readonly min_frauds: number;
  /** By how much the expected calibration error (0–1) may be above the champion's. */
  readonly max_calibration_loss: number;
  /** Whether a leak in the training data forbids the promotion. */
  readonly refuse_leaks: boolean;
}

export const PROMOTION_MODES = ['automatic', 'manual'] as const satisfies readonly PromotionSettings['mode'][];
export const PROMOTION_RULES = ['evidence', 'higher'] as const satisfies readonly PromotionSettings['rule'][];

const DEFAULTS: PromotionSettings = {
  mode: 'automatic',
  rule: 'evidence',
  min_improvement: 0,
  confidence: 0.95,
  min_frauds: 10,
  max_calibration_loss: 0.02,
  refuse_leaks: true,
};

/** A retrained `payments` takes over if its F1 is higher: so its users know it. */
const BUILT_IN: Readonly<Record<string, Partial<PromotionSettings>>> = {
  payments: { rule: 'higher', min_frauds: 0, max_calibration_loss: 1, refuse_leaks: false },
};

/** What a built-in model has set from the start. */
export function builtInPromotion(model: string): Partial<PromotionSettings> {
  return BUILT_IN[model] ?? {};
}

/** The settings of a model: what was set, over the defaults. */
export function promotionSettingsOf({
  promotion,
}: {
  readonly promotion: Partial<PromotionSettings>;
}): PromotionSettings {
  return { ...DEFAULTS, ...promotion };
}
