import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { Load } from '../support/load.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const DAYS = 30;
const SETTING = { DECISION_RETENTION_DAYS: String(DAYS) };
/** How many weeks ago weeks began of which all is older than that, whatever day it is. */
const OLD_WEEKS = [10, 9, 8, 7, 6];
/** Of which something is younger, whatever day it is; of the one between, on some days. */
const KEPT_WEEK = 4;

/** A copy of a decision, made so long before now. */
const COPY = `
  INSERT INTO decisions SELECT copied.* FROM decisions AS original,
    jsonb_populate_record(original, jsonb_build_object(
      'id', overlay(uuid_from_time(now() - $2::interval)::text PLACING '7000-8' FROM 15 FOR 6), 'decided_at', now() - $2::interval)) AS copied
  WHERE original.id = $1 RETURNING id, decisions.tableoid::regclass::text AS place`;

describe('decisions that are older than DECISION_RETENTION_DAYS', () => {
  let app: TestApp;
  let newest: string;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, 'payments', { rows: 500 });
    const { body } = await app.request().post('/v1/models/payments/score').send(exampleTransaction('payments'));
    newest = body.decision_id;
    expect(newest).toBeDefined();
  });
  afterAll(() => app.stop());

  const makeWeeks = (weeks: readonly number[]) =>
    app.db.query(
      `SELECT create_decision_partition(starts, starts + interval '1 week')
       FROM unnest($1::integer[]) AS week, LATERAL (SELECT date_trunc('week', now()) - make_interval(weeks => week)) AS at (starts)`,
      [weeks],
    );
  const copy = async (ago: string): Promise<{ id: string; place: string }> =>
    (await app.db.query<{ id: string; place: string }>(COPY, [newest, ago])).rows[0] ?? { id: '', place: '' };
  const partitionOf = async (week: number): Promise<string> => {
    const { rows } = await app.db.query(
      `SELECT 'decisions_' || to_char(date_trunc('week', now()) - make_interval(weeks => $1), 'YYYY_MM_DD') AS name`,
      [week],
    );
    return String(rows[0].name);
  };
  const exists = async (partition: string): Promise<boolean> =>
    (await app.db.query('SELECT to_regclass($1) IS NOT NULL AS found', [partition])).rows[0].found;
  const linesOf = (partition: string): number =>
    app.log().split(`dropped ${partition}: older than ${DAYS} days`).length - 1;
  const score = () => ({
    method: 'POST' as const,
    path: '/v1/models/payments/score',
    body: exampleTransaction('payments'),
    judge: (body: unknown) => {
      expect(body).toHaveProperty('decision_id');
    },
  });

  it('are dropped by the week, once, by whichever process comes first, while scoring goes on', async () => {
    await makeWeeks([...OLD_WEEKS, KEPT_WEEK + 1, KEPT_WEEK]);
    const old = await Promise.all(OLD_WEEKS.map((week) => copy(`${week} weeks`)));
    const before = await copy('300 days');
    const kept = await copy(`${DAYS - 1} days`);
    expect(before.place).toBe('decisions_default');
    for (const { id } of [...old, before, kept]) await app.request().get(`/v1/decisions/${id}`).expect(200);

    const load = Load.start(app.url, app.key, 8, score);
    await waitFor(() => load.answered > 100);
    const others = await Promise.all([app.startSecondApi(SETTING), app.startSecondApi(SETTING)]);
    const oldPlaces = old.map(({ place }) => place);
    await waitFor(async () => !(await Promise.all(oldPlaces.map(exists))).includes(true), {
      what: 'the old partitions to be dropped',
    });
    await waitFor(async () => !(await app.db.query('SELECT FROM decisions_default')).rowCount, {
      what: 'the old row of the default partition to be deleted',
    });
    const answered = load.answered;
    await waitFor(() => load.answered > answered + 100);
    await load.end();
    for (const other of others) await other.end();

    expect(load.failures).toEqual([]);
    expect(oldPlaces.map(linesOf)).toEqual(oldPlaces.map(() => 1));
    expect(app.log().split('deleted 1 rows of decisions_default').length - 1).toBe(1);
    for (const { id } of [...old, before]) {
      const { body } = await app.request().get(`/v1/decisions/${id}`).expect(404);
      expect(body.code).toBe('not_found');
    }
    for (const id of [kept.id, newest]) await app.request().get(`/v1/decisions/${id}`).expect(200);
    expect(await exists(await partitionOf(KEPT_WEEK))).toBe(true);
  });

  it('stay while somebody reads on, without scoring having to wait for that, and go afterwards', async () => {
    await makeWeeks([8]);
    const { id, place } = await copy('8 weeks');
    const reader = await app.db.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM decisions');
    const load = Load.start(app.url, app.key, 8, score);
    const other = await app.startSecondApi(SETTING);
    await waitFor(() => app.log().includes('cannot drop old decisions'), { what: 'the tries to be over' });
    const answered = load.answered;
    await waitFor(() => load.answered > answered + 100);
    await load.end();
    expect(load.failures).toEqual([]);
    expect(await exists(place)).toBe(true);
    await reader.query('COMMIT');
    reader.release();
    await other.end();

    const next = await app.startSecondApi(SETTING);
    await waitFor(async () => !(await exists(place)), { what: 'the partition to be dropped' });
    await next.end();
    await app.request().get(`/v1/decisions/${id}`).expect(404);
  });

  it('lets nobody wait longer than a tenth of a second for the table', async () => {
    await makeWeeks([8]);
    await copy('8 weeks');
    const reader = await app.db.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM decisions');
    // Whoever comes behind it would wait for as long as the reader reads, were there no limit.
    const dropping = app.db.query(`SELECT drop_oldest_decision_partition(now() - interval '30 days')`);
    const refused = expect(dropping).rejects.toThrow('lock timeout');
    const behind = copy('1 second');
    await refused;
    await behind;
    await reader.query('COMMIT');
    reader.release();
  });

  it('stay for ever when it is not set', async () => {
    const { place } = await copy('8 weeks');
    const other = await app.startSecondApi();
    await other.end();
    expect(await exists(place)).toBe(true);
  });
});
