import { Optional } from '@app/common';
import { ALGORITHMS, type Algorithm } from '@app/xgboost';
import { IsIn, IsInt, IsObject, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

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
   * How to train it; what is left out has a default that suits the algorithm. Boosted trees know `rounds` (200),
   * `max_depth` (6), `learning_rate` (0.1), `min_child_weight`, `subsample`, `colsample_bytree`, `colsample_bynode`,
   * `gamma`, `reg_lambda`, `reg_alpha`, `scale_pos_weight`, `max_bin`, `max_delta_step`; a forest the same without
   * `learning_rate`; a regression `rounds`, `learning_rate`, `reg_lambda`, `reg_alpha`, `scale_pos_weight`.
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
}
