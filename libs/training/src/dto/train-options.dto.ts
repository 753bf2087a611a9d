import { ApiProperty } from '@nestjs/swagger';
import { Optional } from '@app/common';
import { IsIn, IsInt, IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { DEFAULT_OPTIONS } from '../jobs/training-options.js';
import { SPLIT_METHODS, type SplitMethod } from '../splits/split.js';

const YEAR_SECONDS = 366 * 86_400;

export class SplitDto {
  /**
   * `by_time`: the earliest rows train, later ones calibrate, the latest are the holdout; needs the model's time column.
   * `grouped`: all rows of one entity are in the same part; needs `entity_column`. `stratified`: at random, with the same
   * share of frauds. Null: the first of the three that the data allows.
   */
  @Optional({ nullable: true })
  @IsIn(SPLIT_METHODS)
  method: SplitMethod | null = DEFAULT_OPTIONS.split.method;

  /**
   * By time only: seconds before the calibration part and before the holdout whose rows are left out, since labels
   * arrive late. Times that are plain numbers count as seconds.
   * @example 604800
   */
  @Optional()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(YEAR_SECONDS)
  gap_seconds: number = DEFAULT_OPTIONS.split.gap_seconds;

  /** Share of all rows that ends early stopping, fits the calibration and sets the cut-offs. 0.02 to 0.5. */
  @Optional()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0.02)
  @Max(0.5)
  calibration_share: number = DEFAULT_OPTIONS.split.calibration_share;

  /** Share of all rows that the version is judged by, and nothing else. 0.02 to 0.5. */
  @Optional()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0.02)
  @Max(0.5)
  holdout_share: number = DEFAULT_OPTIONS.split.holdout_share;
}

/** How the rows to train on are balanced. What that does to the probabilities is undone. */
export class SamplingDto {
  /**
   * Legitimate rows kept per fraud, drawn at random; null: all. From 0.1.
   * @example 20
   */
  @Optional({ nullable: true })
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0.1)
  @Max(1_000_000)
  undersample: number | null = null;

  /**
   * SMOTE: frauds as a share of the legitimate rows once made-up ones are added between neighbouring frauds, above 0 to
   * 1; null: none are made up.
   * @example 0.1
   */
  @Optional({ nullable: true })
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0.001)
  @Max(1)
  smote: number | null = null;

  /**
   * What a fraud counts where a legitimate row counts 1, from 0.01 to 100,000, or `balanced`: as much as makes both
   * classes weigh the same; null: 1.
   * @example "balanced"
   */
  @ApiProperty({
    oneOf: [
      { type: 'number', minimum: 0.01, maximum: 100_000 },
      { type: 'string', enum: ['balanced'] },
      { type: 'null' },
    ],
  })
  @Optional({ nullable: true })
  @ValidateIf(({ class_weight }: SamplingDto) => class_weight !== 'balanced')
  @IsNumber(
    { allowInfinity: false, allowNaN: false },
    { message: 'must be a number from 0.01 to 100,000, or "balanced"' },
  )
  @Min(0.01)
  @Max(100_000)
  class_weight: number | 'balanced' | null = null;
}

export class SearchDto {
  /**
   * Sets of parameters to try, 1 to 200. The first is what a plain call would train; what `params` fixes stays fixed.
   * @example 20
   */
  @IsInt()
  @Min(1)
  @Max(200)
  trials!: number;

  /** Parts of the training rows that each trial is validated on in turn, 2 to 10. */
  @Optional()
  @IsInt()
  @Min(2)
  @Max(10)
  folds: number = 3;
}
