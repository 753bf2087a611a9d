import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Partitions of the decision log by week, and a way to drop the oldest that scoring hardly waits for. */
export class DecisionRetention1795310800000 implements MigrationInterface {
  name = 'DecisionRetention1795310800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The moment that a version 7 UUID begins with.
      CREATE FUNCTION time_from_uuid(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT AS $$
        SELECT to_timestamp(('x0000' || left(replace(id::text, '-', ''), 12))::bit(64)::bigint / 1000.0)
      $$;

      -- All partitions but the default one, and the moments that they reach from and to.
      CREATE FUNCTION decision_partitions() RETURNS TABLE (partition text, starts timestamptz, ends timestamptz)
      LANGUAGE sql STABLE AS $$
        SELECT relname::text, time_from_uuid(bounds[1]::uuid), time_from_uuid(bounds[2]::uuid)
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid,
          regexp_match(pg_get_expr(relpartbound, inhrelid), 'FROM \\(''(.*)''\\) TO \\(''(.*)''\\)') AS bounds
        WHERE inhparent = 'decisions'::regclass AND bounds IS NOT NULL
      $$;

      -- Makes one partition, named by its first day. It is made apart, takes what the default one holds of its time, and
      -- is then attached: that needs no lock which scoring waits for.
      CREATE FUNCTION create_decision_partition(starts timestamptz, ends timestamptz) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        partition text := 'decisions_' || to_char(starts AT TIME ZONE 'UTC', 'YYYY_MM_DD');
        low       uuid := uuid_from_time(starts);
        high      uuid := uuid_from_time(ends);
      BEGIN
        EXECUTE format('CREATE TABLE %I (LIKE decisions INCLUDING ALL)', partition);
        EXECUTE format(
          'WITH moved AS (DELETE FROM decisions_default WHERE id >= %L AND id < %L RETURNING *)
           INSERT INTO %I SELECT * FROM moved', low, high, partition);
        EXECUTE format('ALTER TABLE decisions ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, low, high);
      EXCEPTION WHEN others THEN
        RAISE WARNING 'the partition % is not made yet: %', partition, SQLERRM;
      END $$;

      -- Makes the partitions from this week to so many weeks ahead that are not there yet, from Monday to Monday in UTC.
      -- Where others are in the way, such as the months of earlier versions, it fills what they leave. What cannot be
      -- done in two seconds is left for the next call.
      DROP FUNCTION create_decision_partitions;
      CREATE FUNCTION create_decision_partitions(weeks_ahead integer) RETURNS void LANGUAGE plpgsql
      SET lock_timeout = '2s' SET timezone = 'UTC' AS $$
      DECLARE
        moment timestamptz := date_trunc('week', now());
        last   timestamptz := moment + make_interval(weeks => weeks_ahead + 1);
        upto   timestamptz;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('create_decision_partitions'));
        WHILE moment < last LOOP
          SELECT max(ends) INTO upto FROM decision_partitions() WHERE starts <= moment AND ends > moment;
          IF upto IS NULL THEN
            SELECT least(date_trunc('week', moment) + interval '1 week', min(starts)) INTO upto
              FROM decision_partitions() WHERE starts > moment;
            PERFORM create_decision_partition(moment, upto);
          END IF;
          moment := upto;
        END LOOP;
      END $$;

      -- Drops the oldest partition of which nothing is younger, and returns its name; null where there is none, or
      -- where another process drops one. It needs the table for itself: scoring waits for as long as this does.
      CREATE FUNCTION drop_oldest_decision_partition(older_than timestamptz) RETURNS text LANGUAGE plpgsql
      SET lock_timeout = '100ms' AS $$
      DECLARE
        oldest text;
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtext('drop_oldest_decision_partition')) THEN
          RETURN NULL;
        END IF;
        SELECT partition INTO oldest FROM decision_partitions() WHERE ends <= older_than ORDER BY ends LIMIT 1;
        IF oldest IS NOT NULL THEN
          EXECUTE format('DROP TABLE %I', oldest);
        END IF;
        RETURN oldest;
      END $$;

      -- Empty months make room for weeks. While somebody reads on, they stay, and weeks begin after them.
      DO $$
      DECLARE
        month text;
        empty boolean;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('create_decision_partitions'));
        SET LOCAL lock_timeout = '200ms';
        FOR attempt IN 1..5 LOOP
          BEGIN
            LOCK TABLE ONLY decisions IN ACCESS EXCLUSIVE MODE;
            FOR month IN SELECT partition FROM decision_partitions() WHERE ends > now() LOOP
              EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', month) INTO empty;
              IF empty THEN
                EXECUTE format('DROP TABLE %I', month);
              END IF;
            END LOOP;
            EXIT;
          EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.5);
          END;
        END LOOP;
        SET LOCAL lock_timeout TO DEFAULT;
      END $$;
      SELECT create_decision_partitions(8);
    `);
  }

  /** Months begin anew where no week is in the way; until then, decisions go to the default partition. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION drop_oldest_decision_partition, create_decision_partitions, create_decision_partition,
        decision_partitions, time_from_uuid;
      CREATE FUNCTION create_decision_partitions(months_ahead integer) RETURNS void LANGUAGE plpgsql
      SET lock_timeout = '2s' AS $$
      DECLARE
        first_day timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
        month     timestamp;
        partition text;
        low       uuid;
        high      uuid;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('create_decision_partitions'));
        FOR ahead IN 0..months_ahead LOOP
          month := first_day + make_interval(months => ahead);
          partition := 'decisions_' || to_char(month, 'YYYY_MM');
          low := uuid_from_time(month AT TIME ZONE 'UTC');
          high := uuid_from_time((month + interval '1 month') AT TIME ZONE 'UTC');
          CONTINUE WHEN to_regclass(partition) IS NOT NULL;
          BEGIN
            EXECUTE format('CREATE TABLE %I (LIKE decisions INCLUDING ALL)', partition);
            EXECUTE format(
              'WITH moved AS (DELETE FROM decisions_default WHERE id >= %L AND id < %L RETURNING *)
               INSERT INTO %I SELECT * FROM moved', low, high, partition);
            EXECUTE format('ALTER TABLE decisions ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, low, high);
          EXCEPTION WHEN others THEN
            RAISE WARNING 'the partition % is not made yet: %', partition, SQLERRM;
          END;
        END LOOP;
      END $$;
    `);
  }
}
