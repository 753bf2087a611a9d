import type { ModelDefinition } from '@app/features';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { PromotionSettings } from './promotion-settings.js';

/** A named definition. It never changes, so that versions of one model stay comparable; how they are promoted may. */
@Entity('models')
export class Model {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column('text')
  name!: string;

  @Column('jsonb')
  definition!: ModelDefinition;

  @Column('boolean', { name: 'built_in' })
  builtIn!: boolean;

  /** What was set; all else is the default. */
  @Column('jsonb')
  promotion!: Partial<PromotionSettings>;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
