import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A person may promote without a comparison; such a row has no figures. */
export class ManualPromotions1795244400000 implements MigrationInterface {
  name = 'ManualPromotions1795244400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE promotions
        ADD COLUMN kind text NOT NULL DEFAULT 'comparison' CHECK (kind IN ('comparison', 'manual', 'rollback')),
        ALTER COLUMN metric DROP NOT NULL,
        ALTER COLUMN challenger_value DROP NOT NULL,
        ALTER COLUMN holdout_rows DROP NOT NULL,
        ALTER COLUMN holdout_frauds DROP NOT NULL,
        DROP CONSTRAINT promotions_check,
        ADD CONSTRAINT promotions_figures CHECK (
          CASE WHEN kind = 'comparison'
            THEN num_nulls(metric, challenger_value, holdout_rows, holdout_frauds) = 0
              AND (champion_id IS NULL) = (champion_value IS NULL)
            ELSE promoted
              AND num_nonnulls(metric, challenger_value, champion_value, holdout_rows, holdout_frauds) = 0
          END);
      ALTER TABLE promotions ALTER COLUMN kind DROP DEFAULT;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE promotions
        DROP CONSTRAINT promotions_figures,
        DROP COLUMN kind,
        ALTER COLUMN metric SET NOT NULL,
        ALTER COLUMN challenger_value SET NOT NULL,
        ALTER COLUMN holdout_rows SET NOT NULL,
        ALTER COLUMN holdout_frauds SET NOT NULL,
        ADD CONSTRAINT promotions_check CHECK ((champion_id IS NULL) = (champion_value IS NULL));
    `);
  }
}
