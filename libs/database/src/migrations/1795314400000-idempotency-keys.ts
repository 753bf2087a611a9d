import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was decided on requests that came with an `Idempotency-Key`. */
export class IdempotencyKeys1795314400000 implements MigrationInterface {
  name = 'IdempotencyKeys1795314400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A row is written by the statement or transaction that stores its decisions: none is there without the other.
      CREATE TABLE idempotency_keys (
        api_key_id    integer NOT NULL,
        key           text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
        request_hash  bytea NOT NULL CHECK (length(request_hash) = 32),
        decision_ids  uuid[] NOT NULL CHECK (cardinality(decision_ids) > 0),
        created_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (api_key_id, key)
      );
      CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
  }
}
