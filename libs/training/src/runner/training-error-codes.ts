import { DATASET_ERROR_CODES } from '../data/dataset-error.js';

/** Why a training may fail. Stable: clients rely on these words. */
export const TRAINING_ERROR_CODES = [
  ...DATASET_ERROR_CODES,
  'bad_params',
  'xgboost_unavailable',
  'export_differs',
  'dataset_missing',
  'worker_died',
  'internal_error',
] as const;

export type TrainingErrorCode = (typeof TRAINING_ERROR_CODES)[number];
