import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTables1795219200000 implements MigrationInterface {
  name = 'CreateTables1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE models (
        id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
        definition  jsonb NOT NULL,
        built_in    boolean NOT NULL DEFAULT false,
        created_at  timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE datasets (
        id          uuid PRIMARY KEY,
        sha256      text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        bytes       bigint NOT NULL CHECK (bytes > 0),
        source      text NOT NULL,
        simulated   boolean NOT NULL DEFAULT false,
        created_at  timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE training_jobs (
        id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        model_id      integer NOT NULL REFERENCES models,
        status        text NOT NULL DEFAULT 'pending'
                      CHECK (status IN ('pending', 'processing', 'processed', 'error', 'cancelled')),
        stage         text NOT NULL DEFAULT 'queued',
        progress      real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
        dataset_id    uuid REFERENCES datasets,
        dataset_url   text,
        algorithm     text NOT NULL CHECK (algorithm IN ('boosted_trees', 'random_forest', 'logistic_regression')),
        params        jsonb NOT NULL,
        seed          integer NOT NULL,
        requested_by  text NOT NULL,
        attempts      integer NOT NULL DEFAULT 0,
        claim_id      uuid,
        error_code    text,
        error         text,
        created_at    timestamptz NOT NULL DEFAULT now(),
        started_at    timestamptz,
        heartbeat_at  timestamptz,
        finished_at   timestamptz,
        CHECK (dataset_id IS NOT NULL OR dataset_url IS NOT NULL),
        CHECK ((status = 'error') = (error IS NOT NULL))
      );
      CREATE INDEX training_jobs_unfinished ON training_jobs (id) WHERE status IN ('pending', 'processing');

      CREATE TABLE model_versions (
        id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        model_id         integer NOT NULL REFERENCES models,
        version          integer NOT NULL CHECK (version > 0),
        training_job_id  integer NOT NULL UNIQUE REFERENCES training_jobs,
        is_champion      boolean NOT NULL DEFAULT false,
        algorithm        text NOT NULL,
        encoding         jsonb NOT NULL,
        metrics          jsonb NOT NULL,
        importances      jsonb NOT NULL,
        lineage          jsonb NOT NULL,
        artifact         bytea NOT NULL,
        artifact_sha256  text NOT NULL CHECK (artifact_sha256 = encode(sha256(artifact), 'hex')),
        booster          bytea NOT NULL,
        created_at       timestamptz NOT NULL DEFAULT now(),
        UNIQUE (model_id, version)
      );
      CREATE UNIQUE INDEX model_versions_one_champion ON model_versions (model_id) WHERE is_champion;

      CREATE TABLE promotions (
        id                  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        model_id            integer NOT NULL REFERENCES models,
        version_id          integer NOT NULL REFERENCES model_versions,
        champion_id         integer REFERENCES model_versions,
        promoted            boolean NOT NULL,
        metric              text NOT NULL,
        challenger_value    double precision NOT NULL,
        champion_value      double precision,
        holdout_rows        integer NOT NULL,
        holdout_frauds      integer NOT NULL,
        reason              text NOT NULL,
        decided_by          text NOT NULL,
        created_at          timestamptz NOT NULL DEFAULT now(),
        CHECK ((champion_id IS NULL) = (champion_value IS NULL))
      );
      CREATE INDEX promotions_by_model ON promotions (model_id, id);
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
      END $$;
      CREATE TRIGGER promotions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promotions
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE api_keys (
        id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name        text NOT NULL UNIQUE,
        key_hash    text NOT NULL UNIQUE CHECK (key_hash ~ '^[0-9a-f]{64}$'),
        scopes      text[] NOT NULL CHECK (scopes <@ ARRAY['score', 'train', 'manage']),
        created_at  timestamptz NOT NULL DEFAULT now()
      );

      -- The id is a version 7 UUID: its first 48 bits are the time of the decision in milliseconds. Partitions
      -- by id are therefore partitions by time, and the id alone is the primary key.
      CREATE TABLE decisions (
        id              uuid PRIMARY KEY,
        decided_at      timestamptz NOT NULL,
        model_id        integer NOT NULL,
        version_id      integer NOT NULL,
        transaction_id  text,
        inputs          jsonb NOT NULL,
        probability     double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
        score           smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
        decision        text NOT NULL CHECK (decision IN ('approve', 'review', 'block')),
        is_fraud        boolean NOT NULL,
        reasons         jsonb NOT NULL,
        warnings        jsonb NOT NULL,
        decided_for     text NOT NULL
      ) PARTITION BY RANGE (id);
      CREATE INDEX decisions_by_transaction ON decisions (transaction_id) WHERE transaction_id IS NOT NULL;
      CREATE TABLE decisions_default PARTITION OF decisions DEFAULT;

      -- The smallest version 7 UUID of a moment.
      CREATE FUNCTION uuid_from_time(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
        SELECT rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid
      $$;

      -- Makes the monthly partitions from this month to so many months ahead that are not there yet. A partition is
      -- made apart, takes what the default one holds of its month, and is then attached: that needs no lock which
      -- scoring waits for. What cannot be done in two seconds is left for the next call.
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
      SELECT create_decision_partitions(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE decisions, api_keys, promotions, model_versions, training_jobs, datasets, models;
      DROP FUNCTION create_decision_partitions, uuid_from_time, refuse_change;
    `);
  }
}
