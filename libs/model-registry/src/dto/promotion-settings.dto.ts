import { PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { PROMOTION_MODES, PROMOTION_RULES, type PromotionSettings } from '../promotion-settings.js';

/** What it takes for a new version to become champion by itself. */
export class PromotionSettingsDto {
  /**
   * `automatic`: a version that passes every guard is promoted. `manual`: only a person promotes.
   * @example "automatic"
   */
  @IsIn(PROMOTION_MODES)
  mode!: PromotionSettings['mode'];

  /**
   * `evidence`: the confidence interval of the gain must lie above 0, too. `higher`: the better figure suffices.
   * @example "evidence"
   */
  @IsIn(PROMOTION_RULES)
  rule!: PromotionSettings['rule'];

  /**
   * The gain in the model's metric must be above this.
   * @example 0.01
   */
  @IsNumber()
  @Min(0)
  @Max(1)
  min_improvement!: number;

  /**
   * Level of the confidence interval.
   * @example 0.95
   */
  @IsNumber()
  @Min(0.5)
  @Max(0.999)
  confidence!: number;

  /**
   * Frauds that the holdout must have.
   * @example 20
   */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  min_frauds!: number;

  /**
   * By how much the calibration error (0–1) may be above the champion's.
   * @example 0.02
   */
  @IsNumber()
  @Min(0)
  @Max(1)
  max_calibration_loss!: number;

  /** Whether a feature that nearly equals the label forbids the promotion. */
  @IsBoolean()
  refuse_leaks!: boolean;
}

/** Only what is given is set. */
export class SetPromotionDto extends PartialType(PromotionSettingsDto, { skipNullProperties: false }) {}

/** What was given, without the fields that were not. */
export function toSettings(dto: SetPromotionDto): Partial<PromotionSettings> {
  return Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== undefined));
}
