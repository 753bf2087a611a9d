import { expect, test } from '@jest/globals';
import { qualityRows } from './quality-table.js';

const FIGURES = {
  average_precision: 0.8,
  roc_auc: 0.9,
  precision: 0.7,
  recall: 0.6,
  f1: 0.65,
  log_loss: 0.01,
  brier: 0.002,
};

test('says what became better and what worse; of losses, less is better', () => {
  const after = { ...FIGURES, average_precision: 0.85, recall: 0.55, log_loss: 0.02, brier: 0.001 };
  const rows = qualityRows({ payments: FIGURES }, { payments: after });
  expect(rows.map(([, figure, , , difference, verdict]) => [figure, difference, verdict])).toEqual([
    ['average_precision', '+0.0500', 'better'],
    ['roc_auc', '0', ''],
    ['precision', '0', ''],
    ['recall', '-0.0500', 'worse'],
    ['f1', '0', ''],
    ['log_loss', '+0.0100', 'worse'],
    ['brier', '-0.0010', 'better'],
  ]);
});

test('does not judge what the figures do not show', () => {
  const rows = qualityRows({ payments: FIGURES }, { payments: { ...FIGURES, f1: 0.65001 } });
  expect(rows.find(([, figure]) => figure === 'f1')).toEqual(['payments', 'f1', '0.6500', '0.6500', '+0.0000', '']);
});

test('tells of models that one side does not have or could not train', () => {
  expect(qualityRows({ old: FIGURES, both: FIGURES }, { both: { error: 'missing_column' }, added: FIGURES })).toEqual([
    ['both', 'training', 'trained', 'missing_column', '', ''],
    ['added', 'training', 'no such model', 'trained', '', ''],
    ['old', 'training', 'trained', 'no such model', '', ''],
  ]);
});

test('a figure that is not there is none', () => {
  const rows = qualityRows({ payments: FIGURES }, { payments: { ...FIGURES, f1: undefined } });
  expect(rows.find(([, figure]) => figure === 'f1')).toEqual(['payments', 'f1', '0.6500', 'NaN', 'NaN', '']);
});
