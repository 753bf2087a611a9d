import { describe, expect, it } from '@jest/globals';
import { withBooster, withDMatrix } from '../native/matrix.js';
import { findLibrary } from '../native/library.js';
import { NativeThread } from '../native/native-thread.js';
import { PREDICTION, predictDMatrix } from '../native/predict.js';
import { resolveParams } from '../params.js';
import { sample } from '../testing/samples.js';
import { openXgboost } from '../xgboost.js';
import { forestGradient, meanLabel } from './forest.js';
import { settingsFor } from './settings.js';

const DATA = sample(2_000);
const LABELS = Float32Array.from(DATA.labels);
const WEIGHTS = LABELS.map((label, row) => (label === 1 ? 1 : 0.5 + (row % 4)));

describe('a forest grown tree by tree', () => {
  it.each([
    ['without weights', null],
    ['with weights', WEIGHTS],
  ])("is XGBoost's own forest of one round, %s", async (_, weights) => {
    const params = { rounds: 20, scale_pos_weight: 3 };
    const booster = await openXgboost().train({
      algorithm: 'random_forest',
      ...DATA,
      weights,
      params,
      seed: 9,
      threads: 2,
    });
    const grown = await booster.predict(DATA.matrix, DATA.rows);
    await booster.dispose();
    const inOneRound = await predictionsOfOneRound(20, 3, weights);
    const worst = grown.reduce((most, value, row) => Math.max(most, Math.abs(value - (inOneRound[row] ?? 2))), 0);
    expect(worst).toBeLessThan(1e-5);
    expect(new Set(grown).size).toBeGreaterThan(500);
  });
});

describe('the start of a forest', () => {
  it('is the mean label, frauds counted by their weight', () => {
    expect(meanLabel({ labels: Float32Array.of(0, 0, 0, 1), weights: null }, 1)).toBe(0.25);
    expect(meanLabel({ labels: Float32Array.of(0, 0, 0, 1), weights: null }, 3)).toBe(0.5);
    expect(forestGradient({ labels: Float32Array.of(0, 1), weights: null }, 0.25, 2)).toEqual({
      gradient: Float32Array.of(0.25, -1.5),
      hessian: Float32Array.of(1, 2),
    });
  });
});

/** What XGBoost predicts after one round of `num_parallel_tree` trees with the same settings. */
async function predictionsOfOneRound(
  trees: number,
  fraudWeight: number,
  weights: Float32Array | null,
): Promise<Float32Array> {
  const params = resolveParams('random_forest', { rounds: trees, scale_pos_weight: fraudWeight });
  const baseScore = meanLabel({ labels: LABELS, weights }, fraudWeight);
  const settings = settingsFor({ algorithm: 'random_forest', params, baseScore, seed: 9, threads: 2 });
  const thread = await NativeThread.start(findLibrary(undefined).path);
  try {
    return await withDMatrix(thread, DATA, 2, async (dmatrix) => {
      await thread.call('XGDMatrixSetFloatInfo', dmatrix, 'label', LABELS, DATA.rows);
      if (weights) await thread.call('XGDMatrixSetFloatInfo', dmatrix, 'weight', weights, DATA.rows);
      return withBooster(thread, [dmatrix], async (booster) => {
        for (const [name, value] of settings) await thread.call('XGBoosterSetParam', booster, name, value);
        await thread.call('XGBoosterSetParam', booster, 'learning_rate', '1');
        await thread.call('XGBoosterSetParam', booster, 'num_parallel_tree', String(trees));
        await thread.call('XGBoosterUpdateOneIter', booster, 0, dmatrix);
        return predictDMatrix(thread, booster, dmatrix, PREDICTION.value, DATA.rows);
      });
    });
  } finally {
    await thread.close();
  }
}
