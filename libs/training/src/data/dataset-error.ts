/** What can be wrong with a data set. Stable: clients and tests rely on these words. */
export const DATASET_ERROR_CODES = [
  // getting the file
  'bad_url',
  'bad_path',
  'forbidden_address',
  'unreachable',
  'http_status',
  'html_answer',
  'broken_off',
  'too_large',
  'empty',
  // reading it
  'not_csv',
  'not_parquet',
  'not_json',
  'unsupported_type',
  'missing_column',
  'ambiguous_column',
  'not_a_number',
  'not_a_boolean',
  'missing_value',
  'bad_label',
  'bad_time',
  'bad_weight',
  'bad_cost',
  'too_many_rows',
  'too_few_rows',
  'no_frauds',
  'no_legitimate',
  // splitting it
  'unusable_split',
] as const;

export type DatasetErrorCode = (typeof DATASET_ERROR_CODES)[number];

/** A data set that cannot be used. The message is for the data scientist who sent it: what, where, how to mend it. */
export class DatasetError extends Error {
  constructor(
    readonly code: DatasetErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatasetError';
  }
}
