import { XgboostError } from '../errors.js';
import { ATTRIBUTE_ALGORITHM, ATTRIBUTE_FACTORS, ATTRIBUTE_MEANS } from '../model/model.js';
import { checkSize, withBooster, withDMatrix } from '../native/matrix.js';
import { copyBytes } from '../native/memory.js';
import type { NativeThread } from '../native/native-thread.js';
import { type Algorithm, type ResolvedParams, type TrainingParams, resolveParams } from '../params.js';
import { type Scaling, fitScaling, standardise } from '../scaling.js';
import { forestGradient, meanLabel } from './forest.js';
import { settingsFor } from './settings.js';

export interface TrainingRequest {
  readonly algorithm: Algorithm;
  /** Row-major, rows × width; NaN is a missing value, ±Infinity an error. Must not change until the end. */
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly width: number;
  /** One per row, 0 or 1. */
  readonly labels: Float32Array | Uint8Array;
  readonly params: TrainingParams;
  /** 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Threads of XGBoost, at least 1; a regression uses one. Another number may change a model's last digits. */
  readonly threads: number;
  /** Called after each round (of a forest: tree) with the share that is done, 0–1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Ends the training before its next round with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a checked request comes to. */
interface Plan {
  readonly request: TrainingRequest;
  readonly params: ResolvedParams;
  readonly labels: Float32Array;
  /** Where the model begins: a probability, of a forest the mean label. */
  readonly baseScore: number;
  readonly attributes: readonly [string, string][];
}

/**
 * Trains and gives XGBoost's JSON model, byte for byte the same for the same request. Throws XgboostError, and the
 * signal's reason.
 */
export async function trainModel(thread: NativeThread, request: TrainingRequest): Promise<Uint8Array> {
  const { algorithm, rows, width } = request;
  const params = resolveParams(algorithm, request.params);
  checkSize(request.matrix, rows, width);
  const labels = checkedLabels(request);
  checkWhole('seed', request.seed, 0);
  checkWhole('threads', request.threads, 1);
  request.signal?.throwIfAborted();
  const scaling = algorithm === 'logistic_regression' ? await fitScaling(request.matrix, rows, width) : null;
  const matrix = scaling === null ? request.matrix : await standardise(request.matrix, rows, width, scaling);
  const plan: Plan = {
    request,
    params,
    labels,
    baseScore: algorithm === 'random_forest' ? meanLabel(labels, params.scale_pos_weight ?? 1) : 0.5,
    attributes: attributesOf(algorithm, scaling),
  };
  return withDMatrix(thread, { matrix, rows, width }, request.threads, async (dmatrix) => {
    await thread.call('XGDMatrixSetFloatInfo', dmatrix, 'label', labels, rows);
    return withBooster(thread, dmatrix, (booster) => boost(thread, plan, dmatrix, booster));
  });
}

async function boost(thread: NativeThread, plan: Plan, dmatrix: bigint, booster: bigint): Promise<Uint8Array> {
  const { request, params, baseScore } = plan;
  for (const [name, value] of settingsFor({ ...request, params, baseScore })) {
    await thread.call('XGBoosterSetParam', booster, name, value);
  }
  for (const [name, value] of plan.attributes) await thread.call('XGBoosterSetAttr', booster, name, value);

  const round = roundOf(thread, plan, dmatrix, booster);
  for (let done = 0; done < params.rounds; done += 1) {
    request.signal?.throwIfAborted();
    await round(done);
    request.onProgress?.((done + 1) / params.rounds);
  }
  return modelJson(thread, booster);
}

function roundOf(
  thread: NativeThread,
  { request, params, labels, baseScore }: Plan,
  dmatrix: bigint,
  booster: bigint,
): (index: number) => Promise<void> {
  if (request.algorithm !== 'random_forest') {
    return (index) => thread.call('XGBoosterUpdateOneIter', booster, index, dmatrix);
  }
  // XGBoost grows a forest in one round that can be neither watched nor stopped. Trees that are all given the
  // gradient of the start are the same forest, one by one.
  const { gradient, hessian } = forestGradient(labels, baseScore, params.scale_pos_weight ?? 1);
  return () => thread.call('XGBoosterBoostOneIter', booster, dmatrix, gradient, hessian, labels.length);
}

async function modelJson(thread: NativeThread, booster: bigint): Promise<Uint8Array> {
  const length = new BigUint64Array(1);
  const pointer = new BigUint64Array(1);
  await thread.call('XGBoosterSaveModelToBuffer', booster, '{"format":"json"}', length, pointer);
  return copyBytes(pointer[0] ?? 0n, Number(length[0]));
}

function attributesOf(algorithm: Algorithm, scaling: Scaling | null): [string, string][] {
  const attributes: [string, string][] = [[ATTRIBUTE_ALGORITHM, algorithm]];
  if (scaling !== null) {
    attributes.push([ATTRIBUTE_MEANS, JSON.stringify(Array.from(scaling.means))]);
    attributes.push([ATTRIBUTE_FACTORS, JSON.stringify(Array.from(scaling.factors))]);
  }
  return attributes;
}

function checkedLabels({ labels, rows }: TrainingRequest): Float32Array {
  if (rows < 1) throw new XgboostError('there are no rows to train on');
  if (labels.length !== rows) throw new XgboostError(`${rows} rows need ${rows} labels, not ${labels.length}`);
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (wrong !== undefined) throw new XgboostError(`a label is ${wrong}; it must be 0 or 1`);
  return Float32Array.from(labels);
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > 2_147_483_647) {
    throw new XgboostError(`${name} must be a whole number from ${least} to 2147483647`);
  }
}
