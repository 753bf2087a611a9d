import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions that are there already have none: their training data may be gone. */
export class FeatureStatistics1795230000000 implements MigrationInterface {
  name = 'FeatureStatistics1795230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model_versions ADD COLUMN feature_statistics jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model_versions DROP COLUMN feature_statistics');
  }
}
