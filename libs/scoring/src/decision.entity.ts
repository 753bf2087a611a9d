import type { DecisionOutcome, ScoringWarning, Transaction } from '@app/features';
import { Model, ModelVersion } from '@app/model-registry';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Reason } from './explainer.service.js';

/** What was decided on one transaction, by which version, on what grounds. Never changed. */
@Entity('decisions')
export class DecisionRow {
  /** A version 7 UUID: it begins with the time of the decision. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column({ type: 'timestamptz', name: 'decided_at' })
  decidedAt!: Date;

  @Column('integer', { name: 'model_id' })
  modelId!: number;

  @ManyToOne(() => Model, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'model_id' })
  model?: Relation<Model>;

  @Column('integer', { name: 'version_id' })
  versionId!: number;

  @ManyToOne(() => ModelVersion, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'version_id' })
  version?: Relation<ModelVersion>;

  @Column('text', { name: 'transaction_id', nullable: true })
  transactionId!: string | null;

  /** The transaction, as text if read by itself. Null where it was decided before this column was there. */
  @Column('json', { nullable: true })
  sent!: Transaction | null;

  /** The same of decisions from before, and of requests with a key; empty otherwise. */
  @Column('jsonb', { default: {} })
  inputs!: Transaction;

  @Column('double precision')
  probability!: number;

  @Column('smallint')
  score!: number;

  /** The number of the model's policy; null where it was decided before policies had numbers. */
  @Column('integer', { name: 'policy_version', nullable: true })
  policyVersion!: number | null;

  @Column('text')
  decision!: DecisionOutcome;

  @Column('boolean', { name: 'is_fraud' })
  isFraud!: boolean;

  @Column('jsonb')
  reasons!: readonly Reason[];

  @Column('jsonb')
  warnings!: readonly ScoringWarning[];

  /** The name of the key that asked. */
  @Column('text', { name: 'decided_for' })
  decidedFor!: string;
}
