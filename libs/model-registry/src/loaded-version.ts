import {
  compileValidator,
  compileVectoriser,
  compileWarnings,
  type DecisionPolicy,
  type ModelDefinition,
  type Validator,
  type Vectoriser,
  type WarningFinder,
} from '@app/features';
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
  readonly policy: { readonly review: number; readonly block: number };
}

/** From this score on a transaction is blocked, where its model does not say otherwise. */
const DEFAULT_BLOCK = 90;

/** Fills in the service's defaults: review from `FRAUD_THRESHOLD`, block from 90, never below review. */
export function resolvePolicy({ review, block }: DecisionPolicy, fraudThreshold: number): LoadedVersion['policy'] {
  const from = review ?? fraudThreshold;
  return { review: from, block: Math.max(block ?? DEFAULT_BLOCK, from) };
}

/** @param row with its `artifact`, which is not selected by default */
export async function loadVersion(
  row: ModelVersion,
  definition: ModelDefinition,
  fraudThreshold: number,
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
    policy: resolvePolicy(definition.policy, fraudThreshold),
  };
}
