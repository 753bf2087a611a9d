import type { MetricName } from '@app/features';
import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { ModelVersion } from './model-version.entity.js';
import type { PromotionEvidence } from './promotion-evidence.js';

/** What makes a row of the ledger: a trained version's comparison, or a person's choice. */
export const PROMOTION_KINDS = ['comparison', 'manual', 'rollback'] as const;
export type PromotionKind = (typeof PROMOTION_KINDS)[number];

/** One comparison and its outcome, or what a person chose, which has no figures. The table is append-only: the database refuses changes. */
@Entity('promotions')
export class Promotion {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column('integer', { name: 'model_id' })
  modelId!: number;

  @Column('integer', { name: 'version_id' })
  versionId!: number;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'version_id' })
  version?: Relation<ModelVersion>;

  @Column('text')
  kind!: PromotionKind;

  /** The champion it was compared with, or took over from; null when there was none that could score. */
  @Column('integer', { name: 'champion_id', nullable: true })
  championId!: number | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'champion_id' })
  champion?: Relation<ModelVersion> | null;

  @Column('boolean')
  promoted!: boolean;

  @Column('text', { nullable: true })
  metric!: MetricName | null;

  @Column('double precision', { name: 'challenger_value', nullable: true })
  challengerValue!: number | null;

  @Column('double precision', { name: 'champion_value', nullable: true })
  championValue!: number | null;

  @Column('integer', { name: 'holdout_rows', nullable: true })
  holdoutRows!: number | null;

  @Column('integer', { name: 'holdout_frauds', nullable: true })
  holdoutFrauds!: number | null;

  /** All that was compared; null for a person's choice, or where it was compared before this was kept. */
  @Column('jsonb', { nullable: true })
  evidence!: PromotionEvidence | null;

  @Column('text')
  reason!: string;

  @Column('text', { name: 'decided_by' })
  decidedBy!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
