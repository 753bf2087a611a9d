import type { Encoding, FeatureStatistics } from '@app/features';
import type { Calibration } from '@app/xgboost';
import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import type { Lineage } from './lineage.js';
import type { HoldoutMetrics } from './holdout-metrics.js';
import { Model } from './model.entity.js';
import type { ThresholdCurve } from './policies/threshold-curve.js';

/** One immutable trained artefact of a model. Only `isChampion` ever changes. */
@Entity('model_versions')
export class ModelVersion {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column('integer', { name: 'model_id' })
  modelId!: number;

  @ManyToOne(() => Model)
  @JoinColumn({ name: 'model_id' })
  model?: Relation<Model>;

  /** 1, 2, 3… per model. */
  @Column('integer')
  version!: number;

  @Column('integer', { name: 'training_job_id' })
  trainingJobId!: number;

  @Column('boolean', { name: 'is_champion' })
  isChampion!: boolean;

  @Column('text')
  algorithm!: string;

  @Column('jsonb')
  encoding!: Encoding;

  /** What the training part looked like; null for a version that was stored before this was kept. */
  @Column('jsonb', { name: 'feature_statistics', nullable: true })
  featureStatistics!: FeatureStatistics | null;

  @Column('jsonb')
  metrics!: HoldoutMetrics;

  /** Share of each feature in what the trees gained; sums to 1. */
  @Column('jsonb')
  importances!: Record<string, number>;

  @Column('jsonb')
  lineage!: Lineage;

  /** The ONNX model. Read only when asked for by name: it is large. */
  @Column('bytea', { select: false })
  artifact!: Buffer;

  @Column('text', { name: 'artifact_sha256' })
  artifactSha256!: string;

  /** XGBoost's own form of the same model, which explains single decisions. */
  @Column('bytea', { select: false })
  booster!: Buffer;

  /** What the artefact makes of the trees' probability; null for a version that was stored before this was kept. */
  @Column('jsonb', { nullable: true })
  calibration!: Calibration | null;

  /** What cut-offs flag on the calibration part; null for a version that was stored before this was kept. */
  @Column('jsonb', { name: 'threshold_curve', nullable: true, select: false })
  thresholdCurve!: ThresholdCurve | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
