import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExtendApiKeys1795226400000 implements MigrationInterface {
  name = 'ExtendApiKeys1795226400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys
        ADD COLUMN expires_at             timestamptz,
        ADD COLUMN rate_limit_per_minute  integer CHECK (rate_limit_per_minute >= 0),
        ADD COLUMN last_used_at           timestamptz,
        ADD COLUMN revoked_at             timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys
        DROP COLUMN expires_at,
        DROP COLUMN rate_limit_per_minute,
        DROP COLUMN last_used_at,
        DROP COLUMN revoked_at;
    `);
  }
}
