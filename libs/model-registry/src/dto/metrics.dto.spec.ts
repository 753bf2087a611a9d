import { describe, expect, it } from '@jest/globals';
import type { StoredMetrics } from '../holdout-metrics.js';
import { toMetrics } from './metrics.dto.js';

const old: StoredMetrics = {
  average_precision: 0.8,
  roc_auc: 0.9,
  precision: 0.7,
  recall: 0.6,
  f1: 0.65,
  accuracy: 0.99,
  log_loss: 0.01,
  brier: 0.002,
  confusion: { true_positives: 6, false_positives: 3, true_negatives: 90, false_negatives: 1 },
  threshold: 50,
  rows: 100,
  frauds: 7,
};

describe('toMetrics', () => {
  it('shows null for what an old version was stored without', () => {
    expect(toMetrics(old)).toEqual({
      ...old,
      ks: null,
      recall_at_fpr_0_001: null,
      recall_at_fpr_0_01: null,
      precision_at: null,
      card_precision_at_100: null,
      expected_cost: null,
      calibration_error: null,
      reliability: null,
      weight: null,
      fraud_weight: null,
      intervals: null,
    });
  });

  it('keeps what there is, also a figure of 0', () => {
    const more = {
      ks: 0,
      precision_at: [{ k: 100, precision: 0 }],
      intervals: { ks: [0, 0.1] as const },
      expected_cost: 0,
    };
    expect(toMetrics({ ...old, ...more })).toMatchObject(more);
  });
});
