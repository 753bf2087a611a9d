import { createHash } from 'node:crypto';
import { aggregateByFeature, compileVectoriser, featureStatistics, fitEncoding } from '@app/features';
import type { Challenger } from '@app/model-registry';
import { resolveParams, type Xgboost } from '@app/xgboost';
import type { LabelledTable } from '../data/read-table.js';
import type { TrainingOptions } from '../jobs/training-options.js';
import { measure } from '../metrics/measure.js';
import { monotoneInputs } from '../monotone.js';
import { nextTurn } from '../next-turn.js';
import { type Split, SPLIT_SEED } from '../splits/split.js';
import { costsOfRows } from './amounts.js';
import { chooseModel, chooseParams, finalFit } from './choose-model.js';
import { checkExport, predictWith } from './exported.js';
import type { FitPlan } from './fit.js';
import { moveCalibration } from './move-calibration.js';
import { factsOf, partOf, union } from './parts.js';
import { splitTable } from './split-table.js';
import type { TrainingHooks, TrainingPlan } from './training-plan.js';

/** A trained model and what it was measured on. */
export interface TrainedModel {
  readonly version: Pick<
    Challenger,
    | 'algorithm'
    | 'encoding'
    | 'calibration'
    | 'thresholdCurve'
    | 'featureStatistics'
    | 'metrics'
    | 'importances'
    | 'artifact'
    | 'artifactSha256'
    | 'booster'
  >;
  readonly split: Split;
  /** What the artefact says of the holdout's rows. */
  readonly probabilities: Float32Array;
  readonly params: Readonly<Record<string, number>>;
  readonly rounds: number;
  readonly calibration: { readonly method: string; readonly log_loss: Readonly<Record<string, number>> };
  readonly exportDifference: number;
}

/**
 * Splits, searches, trains, calibrates, exports and measures. The same table, plan and libraries give the same artefact,
 * byte for byte.
 * @throws DatasetError when a part of the split is of no use, XgboostError, the signal's reason, ExportError
 */
export async function trainChallenger(
  xgboost: Xgboost,
  data: LabelledTable,
  plan: TrainingPlan,
  hooks: TrainingHooks,
): Promise<TrainedModel> {
  const { definition, algorithm, options } = plan;
  const split = splitTable(data, {
    method: options.split.method,
    gap: options.split.gap_seconds,
    calibrationShare: options.split.calibration_share,
    holdoutShare: options.split.holdout_share,
    seed: SPLIT_SEED,
  });
  await nextTurn(hooks.signal);
  const development = union(split.train, split.calibration);
  const encoding = fitEncoding(definition, data.table, development);
  const vectoriser = compileVectoriser(definition, encoding);
  const fits: FitPlan = {
    xgboost,
    algorithm,
    width: vectoriser.width,
    monotone: monotoneInputs(options.monotone, vectoriser),
    sampling: samplingOf(options),
    seed: plan.seed,
    threads: plan.threads,
    signal: hooks.signal,
  };

  const prepared = { data, vectoriser, split };
  const params = await chooseParams(fits, prepared, plan, hooks);
  hooks.onTraining();
  const chosen = await chooseModel(fits, prepared, params, plan, (fraction) => {
    hooks.onProgress(options.refit ? fraction / 2 : fraction);
  });
  const final = await finalFit(fits, prepared, development, chosen, options.refit, (fraction) => {
    hooks.onProgress((1 + fraction) / 2);
  });
  const { booster } = final;
  try {
    hooks.onEvaluating();
    const calibration = moveCalibration(chosen.calibration, final.shift - chosen.fit.shift);
    const artifact = Buffer.from(
      booster.toOnnx({ name: definition.name, inputNames: vectoriser.inputNames, calibration }),
    );
    const artifactSha256 = createHash('sha256').update(artifact).digest('hex');
    const { matrix, rows } = await partOf(data, vectoriser, split.holdout, hooks.signal);
    const [probabilities, trained] = await Promise.all([
      predictWith({ artifact, artifactSha256 }, vectoriser.width, matrix, rows),
      booster.predict(matrix, rows, plan.threads, calibration),
    ]);
    const exportDifference = checkExport(trained, probabilities);
    const costs = costsOfRows(data, plan, split.holdout);
    const metrics = await measure(
      { ...factsOf(data, split.holdout), costs, probabilities },
      {
        threshold: plan.threshold,
        cutOffs: plan.cutOffs(chosen.curve),
        // A column that is no longer there to cost by gives no expected cost.
        costModel: plan.costs && (plan.costs.column === null || costs) ? plan.costs.model : null,
        seed: plan.seed,
        signal: hooks.signal,
      },
    );
    return {
      version: {
        algorithm,
        encoding,
        calibration,
        thresholdCurve: chosen.curve,
        featureStatistics: featureStatistics(definition, data.table, development),
        metrics,
        importances: aggregateByFeature(vectoriser.inputs, booster.importances()),
        artifact,
        artifactSha256,
        booster: Buffer.from(booster.save()),
      },
      split,
      probabilities,
      params: resolveParams(algorithm, chosen.params),
      rounds: booster.rounds,
      calibration: { method: chosen.method, log_loss: chosen.logLoss },
      exportDifference,
    };
  } finally {
    await booster.dispose();
  }
}

function samplingOf({ sampling }: TrainingOptions): FitPlan['sampling'] {
  const { undersample, smote, class_weight: classWeight } = sampling;
  return { undersample, smote, classWeight };
}
