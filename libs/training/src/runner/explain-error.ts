import { XgboostError, XgboostUnavailableError } from '@app/xgboost';
import { DatasetError } from '../data/dataset-error.js';
import { ExportError } from './exported.js';
import type { TrainingErrorCode } from './training-error-codes.js';

/** What the one who asked is told. */
export function explainError(error: unknown): { code: TrainingErrorCode; message: string } {
  if (error instanceof DatasetError) return { code: error.code, message: error.message };
  if (error instanceof XgboostError)
    return { code: 'bad_params', message: `XGBoost refused the training: ${error.message}` };
  if (error instanceof XgboostUnavailableError) return { code: 'xgboost_unavailable', message: error.message };
  if (error instanceof ExportError)
    return {
      code: 'export_differs',
      message: `Nothing was stored: ${error.message}. Ask for fewer trees, or for no calibration.`,
    };
  if (isMissingFile(error)) {
    return {
      code: 'dataset_missing',
      message: 'The worker does not find the uploaded file: API and workers must share DATASETS_DIR. Upload it again.',
    };
  }
  return { code: 'internal_error', message: 'Something went wrong on our side; the logs of the worker say what.' };
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
