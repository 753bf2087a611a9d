import { describe, expect, it } from '@jest/globals';
import { XgboostError } from '@app/xgboost';
import { DatasetError } from '../data/dataset-error.js';
import { explainError } from './explain-error.js';

describe('explainError', () => {
  it.each([
    [new DatasetError('no_frauds', 'No row is a fraud.'), 'no_frauds', /No row/],
    [new XgboostError('max_bin must be at least 2'), 'bad_params', /max_bin/],
    [Object.assign(new Error('open'), { code: 'ENOENT' }), 'dataset_missing', /DATASETS_DIR/],
  ])('passes on what the one who asked can act on: %s', (error, code, message) => {
    expect(explainError(error)).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('keeps the rest to itself', () => {
    const { code, message } = explainError(new TypeError('secret is not a function'));
    expect(code).toBe('internal_error');
    expect(message).not.toContain('secret');
  });
});
