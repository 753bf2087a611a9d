import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  aggregateByFeature,
  compileVectoriser,
  featureStatistics,
  fitEncoding,
  type ModelDefinition,
  type Vectoriser,
} from '@app/features';
import { type Challenger, OnnxModel, predictInRuns } from '@app/model-registry';
import { type Algorithm, resolveParams, type TrainingParams, type Xgboost } from '@app/xgboost';
import type { LabelledTable } from '../data/read-table.js';
import { measure } from '../metrics/measure.js';
import { CALIBRATION_SHARE, HOLDOUT_SHARE, SPLIT_SEED } from '../splits/split.js';
import { splitTable } from './split-table.js';

/** ONNX Runtime's probabilities may differ from XGBoost's by no more than this. */
const MAX_EXPORT_DIFFERENCE = 1e-5;

type Artifact = Pick<Challenger, 'artifact' | 'artifactSha256'>;

export interface TrainingPlan {
  readonly definition: ModelDefinition;
  readonly algorithm: Algorithm;
  readonly params: TrainingParams;
  readonly seed: number;
  readonly threads: number;
  /** The score from which a row counts as called fraud in the metrics. */
  readonly threshold: number;
}

export interface TrainingHooks {
  /** The share of the boosting that is done, 0 to 1. */
  readonly onTraining: (fraction: number) => void;
  readonly onEvaluating: () => void;
  readonly signal: AbortSignal;
}

/** A trained model and what it was measured on. */
export interface TrainedModel {
  readonly version: Pick<
    Challenger,
    | 'algorithm'
    | 'encoding'
    | 'featureStatistics'
    | 'metrics'
    | 'importances'
    | 'artifact'
    | 'artifactSha256'
    | 'booster'
  >;
  readonly split: {
    readonly method: 'by_time' | 'stratified';
    readonly train: Uint32Array;
    readonly holdout: Uint32Array;
  };
  readonly params: Readonly<Record<string, number>>;
  readonly exportDifference: number;
}

/**
 * Splits, trains, exports and measures. The same table, plan and libraries give the same artefact, byte for byte.
 * @throws DatasetError when a part of the split is of no use, XgboostError, the signal's reason, ExportError
 */
export async function trainChallenger(
  xgboost: Xgboost,
  data: LabelledTable,
  plan: TrainingPlan,
  hooks: TrainingHooks,
): Promise<TrainedModel> {
  const { definition, algorithm } = plan;
  const shares = { calibrationShare: CALIBRATION_SHARE, holdoutShare: HOLDOUT_SHARE };
  const parts = splitTable({ ...data, entities: null }, { ...shares, gap: 0, seed: SPLIT_SEED });
  const train = joined(parts.train, parts.calibration);
  const { holdout } = parts;
  const encoding = fitEncoding(definition, data.table, train);
  const vectoriser = compileVectoriser(definition, encoding);
  const booster = await xgboost.train({
    algorithm,
    matrix: vectoriser.matrix(data.table, train),
    rows: train.length,
    width: vectoriser.width,
    labels: Uint8Array.from(train, (row) => data.labels[row] ?? 0),
    params: plan.params,
    seed: plan.seed,
    threads: plan.threads,
    onProgress: hooks.onTraining,
    signal: hooks.signal,
  });
  try {
    hooks.onEvaluating();
    const artifact = Buffer.from(booster.toOnnx({ name: definition.name, inputNames: vectoriser.inputNames }));
    const artifactSha256 = createHash('sha256').update(artifact).digest('hex');
    const matrix = vectoriser.matrix(data.table, holdout);
    await nextTurn();
    const [probabilities, trained] = await Promise.all([
      predictWith({ artifact, artifactSha256 }, vectoriser.width, matrix, holdout.length, plan.threads),
      booster.predict(matrix, holdout.length, plan.threads),
    ]);
    const exportDifference = checkExport(trained, probabilities);
    return {
      version: {
        algorithm,
        encoding,
        featureStatistics: featureStatistics(definition, data.table, train),
        metrics: await measure(
          { labels: labelsOf(data, holdout), probabilities },
          { threshold: plan.threshold, seed: plan.seed, signal: hooks.signal },
        ),
        importances: aggregateByFeature(vectoriser.inputs, booster.importances()),
        artifact,
        artifactSha256,
        booster: Buffer.from(booster.save()),
      },
      split: { method: data.times ? 'by_time' : 'stratified', train, holdout },
      params: resolveParams(algorithm, plan.params),
      exportDifference,
    };
  } finally {
    await booster.dispose();
  }
}

/** What a version in the registry scores the given rows. */
export async function scoreRows(
  version: Artifact,
  vectoriser: Vectoriser,
  { table }: LabelledTable,
  rows: Uint32Array,
  threads: number,
): Promise<Float32Array> {
  return predictWith(version, vectoriser.width, vectoriser.matrix(table, rows), rows.length, threads);
}

export function labelsOf({ labels }: LabelledTable, rows: Uint32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row] ?? 0);
}

async function predictWith(
  { artifact, artifactSha256 }: Artifact,
  width: number,
  matrix: Float32Array,
  rows: number,
  threads: number,
): Promise<Float32Array> {
  const model = await OnnxModel.load(artifact, artifactSha256, width, threads);
  try {
    return await predictInRuns(model, matrix, rows);
  } finally {
    await model.unload();
  }
}

/** The exported model does not compute what was trained. */
export class ExportError extends Error {}

function checkExport(trained: Float32Array, probabilities: Float32Array): number {
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

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const rows = new Uint32Array(one.length + other.length);
  rows.set(one);
  rows.set(other, one.length);
  return rows.sort();
}
