import type { DecisionPolicy } from '@app/features';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** One policy that a model decided by; the newest is in force. The table is append-only: the database refuses changes. */
@Entity('decision_policies')
export class PolicyVersion {
  @PrimaryColumn('integer', { name: 'model_id' })
  modelId!: number;

  /** 1, 2, 3… per model. */
  @PrimaryColumn('integer')
  version!: number;

  @Column('jsonb')
  spec!: DecisionPolicy;

  @Column('text')
  reason!: string;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
