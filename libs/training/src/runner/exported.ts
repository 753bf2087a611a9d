import { type Challenger, OnnxModel, predictInRuns } from '@app/model-registry';

/** ONNX Runtime's probabilities may differ from XGBoost's by no more than this. */
const MAX_EXPORT_DIFFERENCE = 1e-5;

/** The exported model does not compute what was trained. */
export class ExportError extends Error {}

/**
 * Probabilities of fraud by an ONNX artefact, one per row, on one thread as in serving: with several, the trees' sums are
 * rounded otherwise, and equal scores fall apart.
 * @throws BrokenArtifactError
 */
export async function predictWith(
  { artifact, artifactSha256 }: Pick<Challenger, 'artifact' | 'artifactSha256'>,
  width: number,
  matrix: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const model = await OnnxModel.load(artifact, artifactSha256, width);
  try {
    return await predictInRuns(model, matrix, rows);
  } finally {
    await model.unload();
  }
}

/** The largest difference between the two. @throws ExportError when it is too large */
export function checkExport(trained: Float32Array, probabilities: Float32Array): number {
  let largest = 0;
  for (const [row, probability] of probabilities.entries()) {
    const difference = Math.abs(probability - (trained[row] ?? NaN));
    // Written so that NaN is refused, too.
    if (!(difference <= MAX_EXPORT_DIFFERENCE)) {
      throw new ExportError(`the exported model says ${probability} where the trained one says ${trained[row]}`);
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}
