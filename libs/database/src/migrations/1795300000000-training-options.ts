import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a training was asked for, what its search tried, and what a version's probabilities and cut-offs come from. */
export class TrainingOptions1795300000000 implements MigrationInterface {
  name = 'TrainingOptions1795300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE training_jobs ADD COLUMN options jsonb NOT NULL DEFAULT '{}';

      CREATE TABLE training_trials (
        training_job_id  integer NOT NULL REFERENCES training_jobs,
        number           integer NOT NULL CHECK (number > 0),
        params           jsonb NOT NULL,
        values           double precision[] NOT NULL,
        value            double precision,
        rounds           integer,
        seconds          double precision NOT NULL,
        error            text,
        PRIMARY KEY (training_job_id, number),
        CHECK ((value IS NULL) = (error IS NOT NULL))
      );

      -- Versions that are there already have none: their probabilities are the trees' own.
      ALTER TABLE model_versions
        ADD COLUMN calibration      jsonb,
        ADD COLUMN threshold_curve  jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE model_versions DROP COLUMN calibration, DROP COLUMN threshold_curve;
      DROP TABLE training_trials;
      ALTER TABLE training_jobs DROP COLUMN options;
    `);
  }
}
