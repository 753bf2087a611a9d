import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Policies with numbers of their own, the number in each decision, and what a promotion is decided by and was. */
export class DecisionPolicies1795307200000 implements MigrationInterface {
  name = 'DecisionPolicies1795307200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision_policies (
        model_id    integer NOT NULL REFERENCES models,
        version     integer NOT NULL CHECK (version > 0),
        spec        jsonb NOT NULL CHECK (spec ->> 'kind' IN ('fixed', 'target', 'costs')),
        reason      text NOT NULL,
        created_by  text NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (model_id, version)
      );
      INSERT INTO decision_policies (model_id, version, spec, reason, created_by, created_at)
        SELECT id, 1, '{"kind": "fixed"}' || (definition -> 'policy'), 'as the model was defined', 'service', created_at
        FROM models;
      CREATE TRIGGER decision_policies_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_policies
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- Null: decided before policies had numbers.
      ALTER TABLE decisions ADD COLUMN policy_version integer;

      -- What was set; all else is the default.
      ALTER TABLE models ADD COLUMN promotion jsonb NOT NULL DEFAULT '{}';
      UPDATE models SET promotion = '{"rule": "higher", "min_frauds": 0, "max_calibration_loss": 1, "refuse_leaks": false}'
        WHERE name = 'payments' AND built_in;

      -- Null: a person's choice, or compared before this was kept.
      ALTER TABLE promotions ADD COLUMN evidence jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE promotions DROP COLUMN evidence;
      ALTER TABLE models DROP COLUMN promotion;
      ALTER TABLE decisions DROP COLUMN policy_version;
      DROP TABLE decision_policies;
    `);
  }
}
