import { ApiPropertyOptional } from '@nestjs/swagger';
import { Optional } from '@app/common';
import { MAX_NAME_LENGTH } from '@app/features';
import { ALGORITHMS, type Algorithm } from '@app/xgboost';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CALIBRATION_METHODS, type CalibrationMethod, type TrainingOptions } from '../jobs/training-options.js';
import { SamplingDto, SearchDto, SplitDto } from './train-options.dto.js';

/** The largest seed that XGBoost takes. */
const MAX_SEED = 2_147_483_647;

export class TrainRequestDto {
  /**
   * The id of an upload (`POST /v1/datasets`), an `http(s)` link to a file, or `file:imports/…`: a file in the folder
   * `imports` of the server's `DATASETS_DIR`. CSV, Parquet or JSON lines, also gzipped or as zstd.
   * @example "https://data.example.org/transactions.csv.gz"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(4_096)
  dataset!: string;

  /** What to train. */
  @Optional()
  @IsIn(ALGORITHMS)
  algorithm: Algorithm = 'boosted_trees';

  /**
   * How to train it; what is left out has a default that suits the algorithm. Boosted trees know `rounds` (500 at most),
   * `early_stopping_rounds` (50; 0: never), `max_depth` (3), `learning_rate` (0.1), `min_child_weight` (1), `subsample`
   * (0.8), `colsample_bytree` (0.8), `colsample_bynode` (1), `gamma` (0), `reg_lambda` (1), `reg_alpha` (0),
   * `scale_pos_weight` (1), `max_bin` (512), `max_delta_step` (0); a forest (100 trees of depth 12, `colsample_bynode` 0.5)
   * the same without `learning_rate` and early stopping; a regression `rounds` (50), `learning_rate` (0.5), `reg_lambda`
   * (0.0001), `reg_alpha` (0), `scale_pos_weight` (1).
   * @example { "rounds": 200, "max_depth": 6 }
   */
  @Optional()
  @IsObject()
  params: Record<string, number> = {};

  /** The same file, parameters and seed give the same model, byte for byte. */
  @Optional()
  @IsInt()
  @Min(0)
  @Max(MAX_SEED)
  seed: number = 1;

  /**
   * A column that says how often a row counts, from 0: 10 where one row in ten was kept. It counts in the training, in
   * the cut-offs and in the metrics.
   * @example "weight"
   */
  @Optional({ nullable: true })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME_LENGTH)
  weight_column: string | null = null;

  /**
   * A column that says whose transaction it is, such as the customer or the card: rows of one entity belong together in
   * a grouped split and in the intervals, and with a time column there is a card precision per day.
   * @example "customer_id"
   */
  @Optional({ nullable: true })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME_LENGTH)
  entity_column: string | null = null;

  /**
   * A column that says what a fraud costs that is let through, such as the amount, for a policy that names it. The
   * model's own numbers need not be named.
   * @example "amount_eur"
   */
  @Optional({ nullable: true })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_NAME_LENGTH)
  cost_column: string | null = null;

  /** Which rows train, calibrate and judge. */
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SplitDto)
  split: SplitDto = new SplitDto();

  /**
   * By feature (a number or a boolean; trees only): 1, the probability never falls as the feature rises; -1, it never
   * rises; 0, free.
   * @example { "amount": 1 }
   */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'integer', enum: [-1, 0, 1] } })
  @Optional()
  @IsObject()
  monotone: Record<string, number> = {};

  /** How the rows to train on are balanced. */
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SamplingDto)
  sampling: SamplingDto = new SamplingDto();

  /**
   * What makes probabilities of what the model says, within the ONNX file: `platt` a sigmoid, `isotonic` a line that
   * never falls, `auto` what does best on the calibration part, `none` nothing.
   */
  @Optional()
  @IsIn(CALIBRATION_METHODS)
  calibration: CalibrationMethod = 'auto';

  /** Tries several sets of parameters on the training rows and takes the best by the model's metric. */
  @Optional({ nullable: true })
  @IsObject()
  @ValidateNested()
  @Type(() => SearchDto)
  search: SearchDto | null = null;

  /**
   * Whether the chosen model is fitted once more on all rows but the holdout, the calibration part included. The
   * calibration stays that of the first fit.
   */
  @Optional()
  @IsBoolean()
  refit: boolean = true;
}

/** As the job keeps it: plain objects. */
export function toOptions(dto: TrainRequestDto): TrainingOptions {
  return {
    weight_column: dto.weight_column,
    entity_column: dto.entity_column,
    cost_column: dto.cost_column,
    split: { ...dto.split },
    monotone: { ...dto.monotone },
    sampling: { ...dto.sampling },
    calibration: dto.calibration,
    search: dto.search && { ...dto.search },
    refit: dto.refit,
  };
}
