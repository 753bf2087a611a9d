import { ApiProperty } from '@nestjs/swagger';

export class QuantilesDto {
  /** @example 1 */
  p1!: number;
  /** @example 2.4 */
  p5!: number;
  /** @example 9.5 */
  p25!: number;
  /** @example 23.9 */
  p50!: number;
  /** @example 68.1 */
  p75!: number;
  /** @example 289 */
  p95!: number;
  /** @example 812.5 */
  p99!: number;
}

export class DistributionDto {
  /** @example 72.3 */
  mean!: number;
  /** @example 168.4 */
  standard_deviation!: number;
  /** @example 0 */
  min!: number;
  /** @example 7712.4 */
  max!: number;
  quantiles!: QuantilesDto;
}

export class NumberStatisticsDto {
  type!: 'number';
  /** The share of rows without a value. */
  missing!: number;
  /** Of the rows with a value; null when there is none. */
  distribution!: DistributionDto | null;
}

export class CategoryCountDto {
  /** @example "CASH_OUT" */
  value!: string;
  /** @example 1402 */
  count!: number;
}

export class CategoryStatisticsDto {
  type!: 'category';
  /** The share of rows without a value. */
  missing!: number;
  /** Rows per value, most frequent first; the most frequent 100. */
  @ApiProperty({ type: [CategoryCountDto] })
  counts!: readonly CategoryCountDto[];
  /** Rows with any other value. */
  others!: number;
}

export class BooleanStatisticsDto {
  type!: 'boolean';
  /** The share of rows without a value. */
  missing!: number;
  /** The share of true among the rows with a value; null when there is none. */
  true_share!: number | null;
}

export type FeatureStatisticsDto = Record<string, NumberStatisticsDto | CategoryStatisticsDto | BooleanStatisticsDto>;

/** What the statistics of one feature may be. */
export const FEATURE_STATISTICS = [NumberStatisticsDto, CategoryStatisticsDto, BooleanStatisticsDto];
