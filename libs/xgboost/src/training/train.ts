import { ATTRIBUTE_ALGORITHM, ATTRIBUTE_FACTORS, ATTRIBUTE_MEANS } from '../model/model.js';
import { withBooster, withDMatrix } from '../native/matrix.js';
import { copyBytes } from '../native/memory.js';
import { type NativeThread, callForHandle } from '../native/native-thread.js';
import { PREDICTION, predictDMatrix } from '../native/predict.js';
import { type Algorithm, type ResolvedParams, resolveParams } from '../params.js';
import { type Scaling, fitScaling, standardise } from '../scaling.js';
import { forestGradient, meanLabel } from './forest.js';
import { type LabelledRows, type Targets, type TrainingRequest, checkRequest, checkedTargets } from './request.js';
import { settingsFor } from './settings.js';
import { Validation } from './validation.js';

/** What a checked request comes to. */
interface Plan {
  readonly request: TrainingRequest;
  readonly params: ResolvedParams;
  readonly targets: Targets;
  /** Where the model begins: a probability, of a forest the mean label. */
  readonly baseScore: number;
  readonly attributes: readonly [string, string][];
}

/** What XGBoost holds for a training. */
interface Handles {
  readonly booster: bigint;
  readonly dmatrix: bigint;
  /** Null without a validation. */
  readonly validationDMatrix: bigint | null;
}

export interface TrainedModel {
  /** XGBoost's JSON model. */
  readonly bytes: Uint8Array;
  /** Log loss on the validation after each round, also of those that were given up again; empty without one. */
  readonly validationLoss: readonly number[];
}

/**
 * Trains a model, byte for byte the same for the same request. Throws XgboostError, and the signal's reason.
 */
export async function trainModel(thread: NativeThread, request: TrainingRequest): Promise<TrainedModel> {
  const { algorithm, rows, width, threads } = request;
  const params = resolveParams(algorithm, request.params);
  checkRequest(request);
  const targets = checkedTargets(request, 'to train on');
  const validation = validationOf(request, params);
  request.signal?.throwIfAborted();
  const scaling =
    algorithm === 'logistic_regression' ? await fitScaling(request.matrix, rows, width, targets.weights) : null;
  const matrix = scaling === null ? request.matrix : await standardise(request.matrix, rows, width, scaling);
  const plan: Plan = {
    request,
    params,
    targets,
    baseScore: algorithm === 'random_forest' ? meanLabel(targets, params.scale_pos_weight ?? 1) : 0.5,
    attributes: attributesOf(algorithm, scaling),
  };
  return withDMatrix(thread, { matrix, rows, width }, threads, async (dmatrix) => {
    await setTargets(thread, dmatrix, targets);
    return withOptionalDMatrix(thread, validation && request.validation, request, (validationDMatrix) =>
      withBooster(thread, [dmatrix, ...(validationDMatrix === null ? [] : [validationDMatrix])], (booster) =>
        boost(thread, plan, { booster, dmatrix, validationDMatrix }, validation),
      ),
    );
  });
}

/** A forest's trees do not depend on one another, and a regression ends by itself: only boosted trees overshoot. */
function validationOf({ algorithm, validation }: TrainingRequest, params: ResolvedParams): Validation | null {
  if (!validation) return null;
  const targets = checkedTargets(validation, 'to validate on');
  if (algorithm !== 'boosted_trees') return null;
  return new Validation(targets, params.scale_pos_weight ?? 1, params.early_stopping_rounds ?? 0);
}

function withOptionalDMatrix<T>(
  thread: NativeThread,
  rows: LabelledRows | null | undefined,
  { width, threads }: TrainingRequest,
  work: (dmatrix: bigint | null) => Promise<T>,
): Promise<T> {
  return rows ? withDMatrix(thread, { matrix: rows.matrix, rows: rows.rows, width }, threads, work) : work(null);
}

async function setTargets(thread: NativeThread, dmatrix: bigint, { labels, weights }: Targets): Promise<void> {
  await thread.call('XGDMatrixSetFloatInfo', dmatrix, 'label', labels, labels.length);
  if (weights) await thread.call('XGDMatrixSetFloatInfo', dmatrix, 'weight', weights, weights.length);
}

async function boost(
  thread: NativeThread,
  plan: Plan,
  handles: Handles,
  validation: Validation | null,
): Promise<TrainedModel> {
  const { request, params, baseScore } = plan;
  const { booster, validationDMatrix } = handles;
  for (const [name, value] of settingsFor({ ...request, params, baseScore })) {
    await thread.call('XGBoosterSetParam', booster, name, value);
  }
  for (const [name, value] of plan.attributes) await thread.call('XGBoosterSetAttr', booster, name, value);

  const round = roundOf(thread, plan, handles);
  for (let done = 0; done < params.rounds && validation?.isEnough !== true; done += 1) {
    request.signal?.throwIfAborted();
    await round(done);
    if (validation !== null && validationDMatrix !== null) {
      const rows = request.validation?.rows ?? 0;
      await validation.add(await predictDMatrix(thread, booster, validationDMatrix, PREDICTION.margin, rows));
    }
    request.onProgress?.((done + 1) / params.rounds);
  }
  if (validation === null) return { bytes: await modelJson(thread, booster), validationLoss: [] };
  return { bytes: await firstRounds(thread, booster, validation.rounds), validationLoss: validation.losses };
}

function roundOf(
  thread: NativeThread,
  { request, params, targets, baseScore }: Plan,
  { booster, dmatrix }: Handles,
): (index: number) => Promise<void> {
  if (request.algorithm !== 'random_forest') {
    return (index) => thread.call('XGBoosterUpdateOneIter', booster, index, dmatrix);
  }
  // XGBoost grows a forest in one round that can be neither watched nor stopped. Trees that are all given the
  // gradient of the start are the same forest, one by one.
  const { gradient, hessian } = forestGradient(targets, baseScore, params.scale_pos_weight ?? 1);
  return () => thread.call('XGBoosterBoostOneIter', booster, dmatrix, gradient, hessian, gradient.length);
}

/** The model of the first `rounds` rounds: the very bytes of a training that had no more. */
async function firstRounds(thread: NativeThread, booster: bigint, rounds: number): Promise<Uint8Array> {
  const slice = await callForHandle(thread, 'XGBoosterSlice', (out) => [booster, 0, rounds, 1, out]);
  try {
    return await modelJson(thread, slice);
  } finally {
    await thread.call('XGBoosterFree', slice);
  }
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
