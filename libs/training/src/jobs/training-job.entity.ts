import { Model } from '@app/model-registry';
import type { Algorithm, TrainingParams } from '@app/xgboost';
import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import type { TrainingOptions } from './training-options.js';

export type TrainingStatus = 'pending' | 'processing' | 'processed' | 'error' | 'cancelled';

export type TrainingStage = 'queued' | 'fetching' | 'reading' | 'searching' | 'training' | 'evaluating' | 'done';

/** One request to train. The row is the truth; the queue only carries its id. */
@Entity('training_jobs')
export class TrainingJob {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column('integer', { name: 'model_id' })
  modelId!: number;

  @ManyToOne(() => Model)
  @JoinColumn({ name: 'model_id' })
  model?: Relation<Model>;

  @Column('text')
  status!: TrainingStatus;

  @Column('text')
  stage!: TrainingStage;

  /** 0 to 1. */
  @Column('real')
  progress!: number;

  @Column('uuid', { name: 'dataset_id', nullable: true })
  datasetId!: string | null;

  @Column('text', { name: 'dataset_url', nullable: true })
  datasetUrl!: string | null;

  @Column('text')
  algorithm!: Algorithm;

  /** As asked for; defaults are filled in by the training. */
  @Column('jsonb')
  params!: TrainingParams;

  @Column('integer')
  seed!: number;

  /** As asked for; none for a job that was stored before there were any. */
  @Column('jsonb')
  options!: Partial<TrainingOptions>;

  /** The name of the key that asked. */
  @Column('text', { name: 'requested_by' })
  requestedBy!: string;

  /** How often a worker has taken it on, but for those that gave it back in order. */
  @Column('integer')
  attempts!: number;

  /** The fence: made anew whenever a worker takes the job on, and only who knows it may write. */
  @Column('uuid', { name: 'claim_id', nullable: true })
  claimId!: string | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'started_at', nullable: true })
  startedAt!: Date | null;

  /** While it is processing, its worker writes this every second. */
  @Column({ type: 'timestamptz', name: 'heartbeat_at', nullable: true })
  heartbeatAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
