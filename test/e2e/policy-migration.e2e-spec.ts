import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { OlderDatabase } from '../support/older-database.js';

describe('a database from before policies had numbers', () => {
  let database: OlderDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await OlderDatabase.before('DecisionPolicies');
    const old = await database.openBefore();
    await old.query(
      `INSERT INTO models (name, definition, built_in) VALUES
         ('payments', '{"policy": {"review": null, "block": null}}', true),
         ('claims', '{"policy": {"review": 30, "block": 70}}', false)`,
    );
    await old.query(
      `INSERT INTO decisions (id, decided_at, model_id, version_id, inputs, probability, score, decision, is_fraud,
                              reasons, warnings, decided_for)
       SELECT uuid_from_time(now()), now(), 1, 1, '{}', 0.5, 50, 'review', true, '[]', '[]', 'test'`,
    );
    await old.destroy();
    dataSource = await database.openAfter();
    await dataSource.runMigrations();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('has each model’s policy as its number 1', async () => {
    const rows: unknown = await dataSource.query(
      'SELECT name, version, spec, created_by FROM decision_policies JOIN models ON id = model_id ORDER BY id',
    );
    expect(rows).toEqual([
      { name: 'payments', version: 1, spec: { kind: 'fixed', review: null, block: null }, created_by: 'service' },
      { name: 'claims', version: 1, spec: { kind: 'fixed', review: 30, block: 70 }, created_by: 'service' },
    ]);
  });

  it('keeps its decisions, which name no policy, and takes new ones that do', async () => {
    const insert = `INSERT INTO decisions (id, decided_at, model_id, version_id, inputs, probability, score, decision,
        is_fraud, reasons, warnings, decided_for, policy_version)
      VALUES ($1, now(), 1, 1, '{}', 0.5, 50, 'review', true, '[]', '[]', 'test', 1)`;
    await dataSource.query(insert, ['ffffffff-ffff-7fff-bfff-ffffffffffff']);
    const rows: unknown = await dataSource.query('SELECT policy_version FROM decisions ORDER BY id');
    expect(rows).toEqual([{ policy_version: null }, { policy_version: 1 }]);
  });

  it('still makes partitions for the coming months', async () => {
    await dataSource.query('SELECT create_decision_partitions(5)');
    const columns: unknown = await dataSource.query(
      `SELECT count(*)::integer AS partitions, count(column_name)::integer AS columns FROM pg_inherits
       LEFT JOIN information_schema.columns ON table_name = inhrelid::regclass::text AND column_name = 'policy_version'
       WHERE inhparent = 'decisions'::regclass`,
    );
    // This month, five ahead, and the default one.
    expect(columns).toEqual([{ partitions: 7, columns: 7 }]);
  });

  it('leaves the rule of payments as its users know it, and all others the default', async () => {
    const rows: unknown = await dataSource.query('SELECT name, promotion FROM models ORDER BY id');
    expect(rows).toEqual([
      { name: 'payments', promotion: { rule: 'higher', min_frauds: 0, max_calibration_loss: 1, refuse_leaks: false } },
      { name: 'claims', promotion: {} },
    ]);
  });

  it('goes back where it must', async () => {
    await dataSource.undoLastMigration();
    const rows: unknown = await dataSource.query("SELECT to_regclass('decision_policies') AS found");
    expect(rows).toEqual([{ found: null }]);
  });
});
