import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openXgboost } from '@app/xgboost';
import { OnnxModel, predictInRuns } from './onnx-model.js';

const ROWS = 20_000;
const WIDTH = 3;

describe('OnnxModel', () => {
  const matrix = Float32Array.from({ length: ROWS * WIDTH }, (_, at) => Math.sin(at * 12.9898) * 10);
  let artifact: Uint8Array;
  let sha256: string;

  beforeAll(async () => {
    const labels = Uint8Array.from({ length: ROWS }, (_, row) => ((matrix[row * WIDTH] ?? 0) > 5 ? 1 : 0));
    const booster = await openXgboost().train({
      algorithm: 'boosted_trees',
      matrix,
      rows: ROWS,
      width: WIDTH,
      labels,
      params: { rounds: 3, max_depth: 2 },
      seed: 1,
      threads: 2,
    });
    artifact = booster.toOnnx({ name: 'test', inputNames: ['a', 'b', 'c'] });
    sha256 = createHash('sha256').update(artifact).digest('hex');
    await booster.dispose();
  });

  it('predicts many rows in runs as it does in one', async () => {
    const model = await OnnxModel.load(artifact, sha256, WIDTH);
    const inRuns = await predictInRuns(model, matrix, ROWS);
    expect(inRuns).toEqual(Float32Array.from(await model.predict(matrix, ROWS)));
    await model.unload();
  });

  it('takes rows that are gathered until the end of the turn', async () => {
    const model = await OnnxModel.load(artifact, sha256, WIDTH);
    const inputs = new Float32Array(2 * WIDTH);
    let rows = 0;
    const probabilities = model.predictGathered(() => ({ inputs, rows }));
    inputs.set(matrix.subarray(0, 2 * WIDTH));
    rows = 2;
    expect(await probabilities).toEqual(Float32Array.from(await model.predict(inputs, 2)));
    await model.unload();
  });

  it('is not loaded when its bytes are not what they were', async () => {
    const corrupt = Uint8Array.from(artifact);
    corrupt[100] = (corrupt[100] ?? 0) ^ 1;
    await expect(OnnxModel.load(corrupt, sha256, WIDTH)).rejects.toThrow(/corrupt/);
    await expect(OnnxModel.load(Buffer.from('no model'), hashOf('no model'), WIDTH)).rejects.toThrow();
  });

  it('is not loaded when it cannot score a row', async () => {
    await expect(OnnxModel.load(artifact, sha256, WIDTH + 1)).rejects.toThrow(/cannot score/);
  });

  it('finishes what is under way when it is unloaded, and takes nothing new', async () => {
    const model = await OnnxModel.load(artifact, sha256, WIDTH);
    const running = model.predict(matrix, ROWS);
    await model.unload();
    expect(await running).toHaveLength(ROWS);
    await expect(model.predict(matrix, ROWS)).rejects.toThrow(/unloaded/);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
