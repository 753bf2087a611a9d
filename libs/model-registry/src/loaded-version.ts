import {
  compileValidator,
  compileVectoriser,
  compileWarnings,
  type CutOffs,
  type ModelDefinition,
  type Validator,
  type Vectoriser,
  type WarningFinder,
} from '@app/features';
import type { Calibration } from '@app/xgboost';
import type { ModelVersion } from './model-version.entity.js';
import { OnnxModel } from './onnx-model.js';

/** A version in memory, ready to score. */
export interface LoadedVersion {
  readonly modelId: number;
  readonly versionId: number;
  readonly version: number;
  readonly definition: ModelDefinition;
  readonly validate: Validator;
  readonly vectoriser: Vectoriser;
  readonly warnings: WarningFinder;
  readonly onnx: OnnxModel;
  /** What the artefact makes of the trees' probability; null: nothing. */
  readonly calibration: Calibration | null;
  readonly policy: LoadedPolicy;
}

/** A policy as a version follows it. */
export interface LoadedPolicy extends CutOffs {
  /** The policy's number, which decisions record. */
  readonly policyVersion: number;
}

/**
 * @param row with its `artifact`, which is not selected by default
 * @param policy as {@link LoadedVersion.policy}
 */
export async function loadVersion(
  row: ModelVersion,
  definition: ModelDefinition,
  policy: LoadedPolicy,
): Promise<LoadedVersion> {
  const vectoriser = compileVectoriser(definition, row.encoding);
  return {
    modelId: row.modelId,
    versionId: row.id,
    version: row.version,
    definition,
    validate: compileValidator(definition),
    vectoriser,
    warnings: compileWarnings(definition, row.encoding, row.featureStatistics),
    onnx: await OnnxModel.load(row.artifact, row.artifactSha256, vectoriser.width),
    calibration: row.calibration,
    policy,
  };
}
