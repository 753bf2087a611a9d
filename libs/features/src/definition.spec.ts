import { describe, expect, it } from '@jest/globals';
import { gainOf, isBetter, LOWER_IS_BETTER, METRIC_NAMES } from './definition.js';

describe('isBetter', () => {
  it.each(METRIC_NAMES)('knows the direction of %s', (metric) => {
    const lower = ['log_loss', 'brier', 'calibration_error'].includes(metric);
    expect(LOWER_IS_BETTER.has(metric)).toBe(lower);
    expect([isBetter(metric, 0.2, 0.1), isBetter(metric, 0.1, 0.2)]).toEqual([!lower, lower]);
    expect(gainOf(metric, 0.75, 0.5)).toBe(lower ? -0.25 : 0.25);
  });

  it('takes neither of equals, nor NaN', () => {
    expect(isBetter('roc_auc', 0.5, 0.5)).toBe(false);
    expect(isBetter('roc_auc', NaN, 0.5)).toBe(false);
    expect(isBetter('brier', NaN, 0.5)).toBe(false);
  });
});
