import type { ModelDefinition } from '@app/features';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A named definition. It never changes: versions of one model stay comparable. */
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

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
