import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a data set looks like to a model, worked out by a worker; without a model: to the one that its columns fit. */
export class DatasetProfiles1795303600000 implements MigrationInterface {
  name = 'DatasetProfiles1795303600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dataset_profiles (
        id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        dataset_id   uuid NOT NULL REFERENCES datasets,
        model_id     integer REFERENCES models,
        status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'ready', 'error')),
        profile      jsonb,
        error_code   text,
        error        text,
        attempts     integer NOT NULL DEFAULT 0,
        claim_id     uuid,
        created_at   timestamptz NOT NULL DEFAULT now(),
        heartbeat_at timestamptz,
        finished_at  timestamptz,
        CHECK ((status = 'ready') = (profile IS NOT NULL)),
        CHECK ((status = 'error') = (error IS NOT NULL AND error_code IS NOT NULL))
      );
      -- No two rows without a model, either: NULLs would differ.
      CREATE UNIQUE INDEX dataset_profiles_once ON dataset_profiles (dataset_id, coalesce(model_id, 0));
      CREATE INDEX dataset_profiles_unfinished ON dataset_profiles (id) WHERE status IN ('pending', 'processing');
      CREATE INDEX datasets_newest ON datasets (created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dataset_profiles; DROP INDEX datasets_newest;');
  }
}
