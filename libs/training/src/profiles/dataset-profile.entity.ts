import { Model } from '@app/model-registry';
import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Dataset } from '../datasets/dataset.entity.js';
import type { DatasetProfileDto } from './dataset-profile.dto.js';

export type ProfileRowStatus = 'pending' | 'processing' | 'ready' | 'error';

/** What is kept: also which model was found to fit. */
export type StoredProfile = DatasetProfileDto & { readonly model: string };

/** One data set, looked at for one model or for the one that its columns fit. The row is also the order to do so. */
@Entity('dataset_profiles')
export class DatasetProfileRow {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column('uuid', { name: 'dataset_id' })
  datasetId!: string;

  @ManyToOne(() => Dataset)
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<Dataset>;

  /** Null: the model is to be found by the columns. */
  @Column('integer', { name: 'model_id', nullable: true })
  modelId!: number | null;

  @ManyToOne(() => Model)
  @JoinColumn({ name: 'model_id' })
  model?: Relation<Model> | null;

  @Column('text')
  status!: ProfileRowStatus;

  @Column('jsonb', { nullable: true })
  profile!: StoredProfile | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: string | null;

  @Column('text', { nullable: true })
  error!: string | null;

  /** How often a worker has taken it on, but for those that gave it back in order. */
  @Column('integer')
  attempts!: number;

  /** Made anew whenever a worker takes it on; only who knows it may write. */
  @Column('uuid', { name: 'claim_id', nullable: true })
  claimId!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** While it is processing, its worker writes this every second. */
  @Column({ type: 'timestamptz', name: 'heartbeat_at', nullable: true })
  heartbeatAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
