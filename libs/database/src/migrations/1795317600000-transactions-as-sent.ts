import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A transaction is kept as text, of which PostgreSQL makes nothing: that costs it half of what its parts did. */
export class TransactionsAsSent1795317600000 implements MigrationInterface {
  name = 'TransactionsAsSent1795317600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Beside "inputs", which rows from before keep and the release before goes on writing: no row is written anew. To that
      -- release, rows from now on have no inputs. The table is needed for a moment, and alone: whoever scores waits behind
      -- this, so it does not wait long for whoever reads on.
      DO $$
      BEGIN
        SET LOCAL lock_timeout = '200ms';
        FOR attempt IN 1..10 LOOP
          BEGIN
            ALTER TABLE decisions
              ADD COLUMN sent json,
              ALTER COLUMN inputs SET DEFAULT '{}';
            SET LOCAL lock_timeout TO DEFAULT;
            RETURN;
          EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(1);
          END;
        END LOOP;
        RAISE EXCEPTION 'The table of decisions is in use, by a backup or a long query: migrate again when that is over.'
          USING ERRCODE = 'lock_not_available';
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      LOCK TABLE decisions IN ACCESS EXCLUSIVE MODE;
      UPDATE decisions SET inputs = sent WHERE sent IS NOT NULL;
      ALTER TABLE decisions
        DROP COLUMN sent,
        ALTER COLUMN inputs DROP DEFAULT;
    `);
  }
}
