import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { OlderDatabase } from '../support/older-database.js';

interface Partition {
  readonly partition: string;
  readonly starts: Date;
  readonly ends: Date;
}

const INSERT = `
  INSERT INTO decisions (id, decided_at, model_id, version_id, transaction_id, inputs, probability, score, decision,
                         is_fraud, reasons, warnings, decided_for)
  SELECT uuid_from_time($1::timestamptz + $2::interval), $1, 1, 1, $3, '{}', 0, 0, 'approve', false, '[]', '[]', 'test'`;

describe('a database from before partitions were weeks', () => {
  let database: OlderDatabase;
  let dataSource: DataSource;

  const now = new Date();
  /** In this month's partition, in next month's, and in the default one: before the first, in a week to come, and far ahead. */
  const offsets = ['0', '1 month', '-3 months', '5 months', '20 years'];

  const insert = (offset: string): Promise<unknown> => dataSource.query(INSERT, [now, offset, offset]);
  const partitions = (): Promise<Partition[]> =>
    dataSource.query('SELECT * FROM decision_partitions() ORDER BY starts');
  const placeOf = async (offset: string): Promise<string | undefined> => {
    const [row] = await dataSource.query<{ place: string }[]>(
      'SELECT tableoid::regclass::text AS place FROM decisions WHERE transaction_id = $1',
      [offset],
    );
    return row?.place;
  };
  const monthOf = (months: number): string => {
    const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months));
    return `decisions_${day.toISOString().slice(0, 7).replace('-', '_')}`;
  };

  beforeAll(async () => {
    database = await OlderDatabase.before('DecisionRetention');
    dataSource = await database.openBefore();
    for (const offset of offsets) await insert(offset);
    await dataSource.destroy();
    dataSource = await database.openAfter();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is brought up to date while somebody reads on, and keeps its months then', async () => {
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM decisions');
    await dataSource.runMigrations();
    expect((await partitions()).map(({ partition }) => partition)).toEqual([0, 1, 2, 3].map(monthOf));
    await reader.query('ROLLBACK');
    await reader.end();
    await dataSource.undoLastMigration();
  });

  it('keeps every decision, and the months that hold some', async () => {
    await dataSource.runMigrations();
    const rows: unknown = await dataSource.query('SELECT transaction_id FROM decisions ORDER BY id');
    expect(rows).toEqual(
      ['-3 months', '0', '1 month', '5 months', '20 years'].map((offset) => ({ transaction_id: offset })),
    );
    expect(await placeOf('0')).toBe(monthOf(0));
    expect(await placeOf('1 month')).toBe(monthOf(1));
    for (const offset of ['-3 months', '5 months', '20 years']) expect(await placeOf(offset)).toBe('decisions_default');
  });

  it('has weeks from where its months end, without a gap and without an overlap', async () => {
    await dataSource.query('SELECT create_decision_partitions(60)');
    const found = await partitions();
    expect(found.slice(0, 2).map(({ partition }) => partition)).toEqual([0, 1].map(monthOf));
    for (const [index, { starts }] of found.entries()) {
      if (index > 0) expect(starts).toEqual(found[index - 1]?.ends);
    }
    const weeks = found.slice(2);
    expect(weeks.length).toBeGreaterThan(50);
    for (const { partition, starts, ends } of weeks) {
      expect(partition).toBe(`decisions_${starts.toISOString().slice(0, 10).replaceAll('-', '_')}`);
      // Monday, midnight.
      expect([ends.getUTCDay(), ends.getTime() % (24 * 3_600 * 1_000)]).toEqual([1, 0]);
    }
  });

  it('has moved what the default partition held of the weeks', async () => {
    expect(await placeOf('5 months')).toMatch(/^decisions_\d{4}_\d{2}_\d{2}$/);
    expect(await placeOf('20 years')).toBe('decisions_default');
  });

  it.each(['1 second', '4 months', '6 months', '-1 year'])(
    'takes a decision that is %s from now where it belongs',
    async (offset) => {
      await insert(offset);
      const [moment] = await dataSource.query<{ at: Date }[]>('SELECT $1::timestamptz + $2::interval AS at', [
        now,
        offset,
      ]);
      const at = moment?.at ?? new Date(NaN);
      const home = (await partitions()).find(({ starts, ends }) => starts <= at && at < ends);
      expect(await placeOf(offset)).toBe(home?.partition ?? 'decisions_default');
    },
  );

  it('fills a hole between two partitions', async () => {
    const [, , , fourth, fifth] = await partitions();
    await dataSource.query(`DROP TABLE ${fourth?.partition}`);
    await dataSource.query('SELECT create_decision_partitions(8)');
    expect((await partitions()).slice(3, 5)).toEqual([fourth, fifth]);
  });

  it('goes back where it must, and makes months again after the weeks', async () => {
    const before = await dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM decisions');
    await dataSource.undoLastMigration();
    await dataSource.query('SELECT create_decision_partitions(24)');
    const later: unknown = await dataSource.query(`SELECT to_regclass('${monthOf(24)}')::text AS found`);
    expect(later).toEqual([{ found: monthOf(24) }]);
    expect(await dataSource.query('SELECT count(*)::int AS n FROM decisions')).toEqual(before);
  });
});
