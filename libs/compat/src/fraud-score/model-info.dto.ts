import { type MetricsDto, type VersionDto } from '@app/model-registry';

export class ModelInfoDatasetDto {
  /** @example 20000 */
  rows!: number;
  /** @example 400 */
  frauds!: number;
  /** SHA-256 of the file, in hex. */
  hash!: string;
  /** Whether it was made by the simulator. */
  simulated!: boolean;
}

export class ModelInfoFeatureDto {
  /** @example "V14" */
  name!: string;
  /** @example "number" */
  type!: string;
  /**
   * Its share in what the model gained from splitting on it; all sum to 1.
   * @example 0.31
   */
  importance!: number;
}

/** What scores card transactions at this moment. */
export class ModelInfoDto {
  /** @example "credit-card" */
  model!: string;
  /**
   * As in `model-version` of a score.
   * @example "2"
   */
  version!: string;
  /** @example "boosted_trees" */
  algorithm!: string;
  /** When the version was stored. */
  training_date!: Date;
  /** What it was trained and measured on. */
  dataset!: ModelInfoDatasetDto;
  /** On the holdout: rows that its training never saw. */
  metrics!: MetricsDto;
  /**
   * The score from which `is-fraud` is true.
   * @example 50
   */
  threshold!: number;
  /** In the order of the contract. */
  features!: ModelInfoFeatureDto[];
  /** Importance by name, the strongest first. */
  feature_importance!: Record<string, number>;
  /** What the version was trained and exported with. */
  library_versions!: Record<string, string>;
}

export function toModelInfo(
  model: string,
  { version, algorithm, created_at, metrics, importances, lineage }: VersionDto,
  threshold: number,
): ModelInfoDto {
  const { rows, frauds, sha256: hash, simulated } = lineage.dataset;
  return {
    model,
    version: String(version),
    algorithm,
    training_date: created_at,
    dataset: { rows, frauds, hash, simulated },
    metrics,
    threshold,
    features: lineage.features.map(({ name, type }) => ({ name, type, importance: importances[name] ?? 0 })),
    feature_importance: Object.fromEntries(Object.entries(importances).sort(([, a], [, b]) => b - a)),
    library_versions: lineage.libraries,
  };
}
