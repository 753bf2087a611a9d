import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { OlderDatabase } from '../support/older-database.js';

const MIGRATE = fileURLToPath(new URL('../../dist/apps/migrate/main.js', import.meta.url));

describe('a database from before transactions were kept as they were sent', () => {
  let database: OlderDatabase;
  let dataSource: DataSource;

  const insert = (texts: Readonly<Record<string, string>>): Promise<unknown> => {
    const columns = Object.keys(texts).map((name) => `, ${name}`);
    const values = columns.map((_, at) => `, $${at + 1}`);
    return dataSource.query(
      `INSERT INTO decisions (id, decided_at, model_id, version_id, probability, score, decision, is_fraud, reasons,
                              warnings, decided_for${columns.join('')})
       SELECT overlay(gen_random_uuid()::text PLACING left(uuid_from_time(now())::text, 15) FROM 1 FOR 15)::uuid, now(), 1, 1,
              0.5, 50, 'review', true, '[]', '[]', 'test'${values.join('')}`,
      Object.values(texts),
    );
  };
  const texts = (columns: string): Promise<unknown> =>
    dataSource.query(`SELECT ${columns} FROM decisions ORDER BY decided_at`);

  beforeAll(async () => {
    database = await OlderDatabase.before('TransactionsAsSent');
    dataSource = await database.openBefore();
    await insert({ inputs: '{"at":1}' });
    await dataSource.destroy();
    dataSource = await database.openAfter();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const startReading = async (): Promise<QueryRunner> => {
    const reader = dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query('SELECT count(*) FROM decisions');
    return reader;
  };

  it('is left as it is while somebody reads on for long, and a line says so', async () => {
    const reader = await startReading();
    const env = { PATH: process.env['PATH'], DATABASE_URL: database.url };
    await expect(promisify(execFile)(process.execPath, [MIGRATE], { cwd: tmpdir(), env })).rejects.toMatchObject({
      code: 1,
      stderr: 'The table of decisions is in use, by a backup or a long query: migrate again when that is over.\n',
    });
    await reader.commitTransaction();
    await reader.release();
    expect(await texts('inputs::text')).toEqual([{ inputs: '{"at": 1}' }]);
  });

  it('is brought up to date once nobody reads on, and until then lets others write', async () => {
    const reader = await startReading();
    const migrating = dataSource.runMigrations();
    for (let each = 0; each < 5; each++) {
      await insert({ inputs: '{"at":0}' });
      await delay(100);
    }
    await reader.commitTransaction();
    await reader.release();
    await migrating;
    await dataSource.query('DELETE FROM decisions WHERE inputs = \'{"at":0}\'');
  });

  it('keeps its transactions, and takes new ones from this release and from the one before', async () => {
    await insert({ inputs: '{"at": 2}' });
    await insert({ sent: '{ "at":3.0, "at":4.0 }' });
    expect(await texts('inputs::text, sent::text')).toEqual([
      { inputs: '{"at": 1}', sent: null },
      { inputs: '{"at": 2}', sent: null },
      { inputs: '{}', sent: '{ "at":3.0, "at":4.0 }' },
    ]);
  });

  it('makes partitions that take both, too', async () => {
    const withDefault = (): Promise<{ n: number }[]> =>
      dataSource.query(
        `SELECT count(*)::integer AS n FROM pg_inherits JOIN information_schema.columns ON table_name = inhrelid::regclass::text
         WHERE inhparent = 'decisions'::regclass AND column_name = 'inputs' AND column_default IS NOT NULL`,
      );
    const [before] = await withDefault();
    await dataSource.query('SELECT create_decision_partitions(12)');
    expect(await withDefault()).toEqual([{ n: Number(before?.n) + 4 }]);
  });

  it('can go back', async () => {
    await dataSource.undoLastMigration();
    expect(await texts('inputs::text')).toEqual([
      { inputs: '{"at": 1}' },
      { inputs: '{"at": 2}' },
      { inputs: '{"at": 4.0}' },
    ]);
  });
});
