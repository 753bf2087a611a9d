import { type Calibration, calibrateLogOdds } from './calibration.js';
import { XgboostError } from './errors.js';
import { importancesOf } from './model/importances.js';
import { type Model, parseModel } from './model/model.js';
import { checkSize, withDMatrix } from './native/matrix.js';
import { type NativeThread, callForHandle } from './native/native-thread.js';
import { PREDICTION, type PredictionType, predictDMatrix } from './native/predict.js';
import type { SharedThread, ThreadShare } from './native/shared-thread.js';
import { type OnnxOptions, modelToOnnx } from './onnx/model-to-onnx.js';
import type { Algorithm } from './params.js';
import { standardise } from './scaling.js';
import { logOddsOfShare, toLogOdds } from './log-odds.js';

/** Results of one native call: bounds what XGBoost keeps in memory besides ours. */
const MAX_RESULTS = 1 << 20;

/** A trained model. Its file is at hand at once; XGBoost loads it when it is first asked to predict. */
export class Booster {
  private readonly model: Model;
  private handle: Promise<ThreadShare & { booster: bigint }> | null = null;
  private threadsSet = 0;
  private disposed = false;

  /** Throws XgboostError where the bytes are not a model. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly threads: SharedThread,
    /**
     * Log loss on the validation after each round of the training, also of those that were not kept. Empty without a
     * validation and for a model that was loaded.
     */
    readonly validationLoss: readonly number[] = [],
  ) {
    this.model = parseModel(bytes);
  }

  get algorithm(): Algorithm {
    return this.model.algorithm;
  }

  /** Number of inputs. */
  get width(): number {
    return this.model.width;
  }

  /** Kept rounds of boosting, trees of a forest, or passes of a regression. */
  get rounds(): number {
    return this.model.algorithm === 'logistic_regression' ? this.model.passes : this.model.trees.length;
  }

  /**
   * Probability of fraud per row (row-major, rows × width, NaN missing): the raw one, or with a calibration what the
   * ONNX file of the same calibration gives. Throws XgboostError, also for ±Infinity.
   */
  async predict(
    matrix: Float32Array,
    rows: number,
    threads = 1,
    calibration: Calibration = { method: 'none' },
  ): Promise<Float32Array> {
    if (calibration.method !== 'none') {
      return calibrateLogOdds(await this.logOdds(matrix, rows, threads), calibration);
    }
    const probabilities = await this.run(matrix, rows, threads, PREDICTION.value, 1);
    // The sum of a forest's shares may leave 0–1 by rounding.
    return this.algorithm === 'random_forest'
      ? probabilities.map((share) => Math.min(1, Math.max(0, share)))
      : probabilities;
  }

  /**
   * Raw log-odds per row, which is what a calibration is fitted on and applied to: more exact than the logarithm of
   * `predict`'s probabilities. Of a forest those of its share of frauds drawn in by 0.0001. Throws XgboostError.
   */
  async logOdds(matrix: Float32Array, rows: number, threads = 1): Promise<Float32Array> {
    const margins = await this.run(matrix, rows, threads, PREDICTION.margin, 1);
    return this.algorithm === 'random_forest' ? margins.map(logOddsOfShare) : margins;
  }

  /**
   * SHAP contributions in log-odds, rows × (width + 1), what holds for every row last. A row's sum is its `logOdds`:
   * without a calibration; see `calibratedContributions`. Throws XgboostError.
   */
  async contributions(matrix: Float32Array, rows: number, threads = 1): Promise<Float32Array> {
    const contributions = await this.run(matrix, rows, threads, PREDICTION.contributions, this.width + 1);
    return this.algorithm === 'random_forest' ? toLogOdds(contributions, this.width + 1) : contributions;
  }

  /** XGBoost's own JSON, a copy. */
  save(): Uint8Array {
    return this.bytes.slice();
  }

  /** Share of each input in what the model does, summing to 1. Trees: total gain. Regression: weight × spread. */
  importances(): Float64Array {
    return importancesOf(this.model);
  }

  /** The model as ONNX: `features` float32 [N, width] → `probability` float32 [N, 1]. Throws XgboostError. */
  toOnnx(options: OnnxOptions): Uint8Array {
    return modelToOnnx(this.model, options);
  }

  /** Frees what XGBoost holds. Afterwards only predict and contributions are refused. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const loaded = this.handle;
    this.handle = null;
    if (loaded === null) return;
    const share = await loaded;
    const { thread, booster } = share;
    if (!thread.ended) await thread.exclusive(() => thread.call('XGBoosterFree', booster));
    await share.release();
  }

  private async run(
    matrix: Float32Array,
    rows: number,
    threads: number,
    type: PredictionType,
    perRow: number,
  ): Promise<Float32Array> {
    const { width } = this;
    checkSize(matrix, rows, width);
    this.refuseIfDisposed();
    const { thread, booster } = await this.load();
    const results = new Float32Array(rows * perRow);
    const block = Math.max(1, Math.floor(MAX_RESULTS / perRow));
    for (let from = 0; from < rows; from += block) {
      const count = Math.min(block, rows - from);
      const raw = matrix.subarray(from * width, (from + count) * width);
      const part =
        this.model.algorithm === 'logistic_regression' ? await standardise(raw, count, width, this.model.scaling) : raw;
      results.set(
        await thread.exclusive(async () => {
          this.refuseIfDisposed();
          await this.useThreads(thread, booster, threads);
          return withDMatrix(thread, { matrix: part, rows: count, width }, threads, (dmatrix) =>
            predictDMatrix(thread, booster, dmatrix, type, count * perRow),
          );
        }),
        from * perRow,
      );
    }
    return results;
  }

  private load(): Promise<ThreadShare & { booster: bigint }> {
    this.handle ??= this.loadNative().catch((error: unknown) => {
      this.handle = null;
      throw error;
    });
    return this.handle;
  }

  private async loadNative(): Promise<ThreadShare & { booster: bigint }> {
    const share = await this.threads.acquire();
    try {
      return { ...share, booster: await loadInto(share.thread, this.bytes) };
    } catch (error) {
      await share.release();
      throw error;
    }
  }

  private refuseIfDisposed(): void {
    if (this.disposed) throw new XgboostError('the booster has been disposed of');
  }

  private async useThreads(thread: NativeThread, booster: bigint, threads: number): Promise<void> {
    if (this.threadsSet === threads) return;
    await thread.call('XGBoosterSetParam', booster, 'nthread', String(threads));
    this.threadsSet = threads;
  }
}

async function loadInto(thread: NativeThread, bytes: Uint8Array): Promise<bigint> {
  const booster = await callForHandle(thread, 'XGBoosterCreate', (out) => [null, 0, out]);
  try {
    await thread.call('XGBoosterLoadModelFromBuffer', booster, bytes, bytes.length);
    return booster;
  } catch (error) {
    await thread.call('XGBoosterFree', booster);
    throw error;
  }
}
