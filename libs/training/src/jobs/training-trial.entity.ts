import type { TrainingParams } from '@app/xgboost';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One set of parameters that a search tried. */
@Entity('training_trials')
export class TrainingTrial {
  @PrimaryColumn('integer', { name: 'training_job_id' })
  trainingJobId!: number;

  /** 1, 2, 3… per job. The first is what a plain call would train. */
  @PrimaryColumn('integer')
  number!: number;

  @Column('jsonb')
  params!: TrainingParams;

  /** The model's metric, per fold. */
  @Column('double precision', { array: true })
  values!: readonly number[];

  /** Their mean; null for a trial that failed. */
  @Column('double precision', { nullable: true })
  value!: number | null;

  /** Rounds kept: the median over the folds. */
  @Column('integer', { nullable: true })
  rounds!: number | null;

  @Column('double precision')
  seconds!: number;

  @Column('text', { nullable: true })
  error!: string | null;
}
