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

/** One comparison and its outcome. The table is append-only: the database refuses changes. */
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

  /** The champion it was compared with; null when there was none that could score. */
  @Column('integer', { name: 'champion_id', nullable: true })
  championId!: number | null;

  @ManyToOne(() => ModelVersion)
  @JoinColumn({ name: 'champion_id' })
  champion?: Relation<ModelVersion> | null;

  @Column('boolean')
  promoted!: boolean;

  @Column('text')
  metric!: MetricName;

  @Column('double precision', { name: 'challenger_value' })
  challengerValue!: number;

  @Column('double precision', { name: 'champion_value', nullable: true })
  championValue!: number | null;

  @Column('integer', { name: 'holdout_rows' })
  holdoutRows!: number;

  @Column('integer', { name: 'holdout_frauds' })
  holdoutFrauds!: number;

  @Column('text')
  reason!: string;

  @Column('text', { name: 'decided_by' })
  decidedBy!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
