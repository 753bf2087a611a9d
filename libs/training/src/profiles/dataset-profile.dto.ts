/** What a column is to the model; `unused` ones it does not name. */
export type ColumnRole = 'feature' | 'label' | 'time' | 'unused';

/** How a column's values are read: as its feature says, else as they all can be. */
export type ColumnType = 'number' | 'category' | 'boolean' | 'time' | 'text';

/** Values below which that share of the rows with one lies, interpolated between neighbours. */
export class ColumnQuantilesDto {
  p1!: number;
  p5!: number;
  p25!: number;
  p50!: number;
  p75!: number;
  p95!: number;
  p99!: number;
}

export class ColumnProfileDto {
  /**
   * As the file writes it.
   * @example "Amount"
   */
  name!: string;
  role!: ColumnRole;
  type!: ColumnType;
  /** Rows without a value. */
  missing!: number;
  /** Different values. */
  unique!: number;
  /** The least of the numbers, booleans (0, 1) and times (seconds since 1970 UTC, or the file's own); else null. */
  min!: number | null;
  /** The greatest of them. */
  max!: number | null;
  mean!: number | null;
  quantiles!: ColumnQuantilesDto | null;
  /**
   * Of a feature: how well it alone tells frauds from the rest, as an area under the ROC curve from 0.5 (not at all) to 1
   * (wholly). A number in the better direction; a category by the share of frauds of each value among other rows.
   */
  association!: number | null;
}

export type WarningCode = 'leak' | 'duplicate_rows' | 'constant_column' | 'id_as_feature' | 'unused_columns';

export class ProfileWarningDto {
  /** A stable word. */
  code!: WarningCode;
  /** The column it is about, if it is about one. */
  column!: string | null;
  /** What it is, and what to do. */
  message!: string;
}

export class TimeRangeDto {
  /** The earliest: seconds since 1970 UTC for dates, else the file's own number. */
  from!: number;
  /** The latest. */
  to!: number;
}

/** What a data set looks like to a model. */
export class DatasetProfileDto {
  format!: 'csv' | 'parquet' | 'json_lines';
  rows!: number;
  frauds!: number;
  /** Rows that are the same as an earlier one in every column. */
  duplicate_rows!: number;
  /** Null for a model without a time column. */
  time_range!: TimeRangeDto | null;
  columns!: ColumnProfileDto[];
  warnings!: ProfileWarningDto[];
}
