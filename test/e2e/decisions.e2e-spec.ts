import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import type { Response } from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated } from '../support/training.js';

describe('decisions', () => {
  let app: TestApp;
  const sent: string[] = [];
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, 'credit-account', { rows: 500 });
    for (let index = 0; index < 7; index++) {
      const transaction = {
        ...exampleTransaction('credit-account'),
        transaction_id: index < 5 ? `order-${index}` : 4711,
      };
      const { body } = await app.request().post('/v1/models/credit-account/score').send(transaction).expect(200);
      sent.unshift(body.decision_id);
    }
  });
  afterAll(() => app.stop());

  const list = (query: object) => app.request().get('/v1/decisions').query(query);
  const ids = ({ decisions }: { decisions: { decision_id: string }[] }) => decisions.map((each) => each.decision_id);

  it('are listed newest first, as each alone', async () => {
    const { body } = await list({}).expect(200);
    expect(ids(body)).toEqual(sent);
    expect(body.next).toBeNull();
    const alone = await app.request().get(`/v1/decisions/${sent[3]}`).expect(200);
    expect(body.decisions[3]).toEqual(alone.body);
  });

  it('are shown as ever where they were made by a release that kept the parts of a transaction', async () => {
    const before = await list({}).expect(200);
    await app.db.query('UPDATE decisions SET inputs = sent, sent = NULL WHERE id = ANY ($1)', [[sent[0], sent[3]]]);
    expect((await list({}).expect(200)).body).toEqual(before.body);
  });

  it('come page by page', async () => {
    const pages: string[][] = [];
    for (let before: string | null | undefined; before !== null;) {
      const answer: Response = await list({ limit: 3, before }).expect(200);
      pages.push(ids(answer.body));
      before = answer.body.next;
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(sent);
    expect((await list({ limit: 7 }).expect(200)).body.next).toBeNull();
  });

  it('come page by page from years ago, too, and are found by the transaction id', async () => {
    const weeks = [1, 3, 59, 61, 62, 100, 150, 700];
    await app.db.query(
      `SELECT create_decision_partition(starts, starts + interval '1 week')
       FROM generate_series(1, 150) AS week, LATERAL (SELECT date_trunc('week', now()) - make_interval(weeks => week)) AS at (starts)`,
    );
    const { rows } = await app.db.query<{ id: string }>(
      `INSERT INTO decisions SELECT copied.* FROM decisions AS original, unnest($2::integer[]) AS week,
         LATERAL (SELECT overlay(uuid_from_time(now() - make_interval(weeks => week))::text PLACING '7000-8' FROM 15 FOR 6) AS id) AS past,
         jsonb_populate_record(original, jsonb_build_object('id', past.id, 'transaction_id', 'from-long-ago')) AS copied
       WHERE original.id = $1 RETURNING id`,
      [sent[0], weeks],
    );
    const old = rows.map(({ id }) => id);
    const all = async () => ids((await list({ transaction_id: 'from-long-ago' }).expect(200)).body);
    // To a process that has known the table for longer, and to one that has not.
    expect(await all()).toEqual(old);
    await app.restartApi();
    expect(await all()).toEqual(old);
    expect(ids((await list({}).expect(200)).body)).toEqual([...sent, ...old]);
    const pages: string[][] = [];
    for (let before: string | null | undefined; before !== null;) {
      const { body }: Response = await list({ limit: 3, before, transaction_id: 'from-long-ago' }).expect(200);
      pages.push(ids(body));
      before = body.next;
    }
    expect(pages).toEqual([old.slice(0, 3), old.slice(3, 6), old.slice(6)]);
    expect(ids((await list({ before: old[4] }).expect(200)).body)).toEqual(old.slice(5));
    await app.db.query('DELETE FROM decisions WHERE id = ANY($1)', [old]);
  });

  it.each([
    ['order-2', [4]],
    ['4711', [0, 1]],
    ['order-9', []],
  ])('are found by the transaction id %s', async (transaction_id, expected) => {
    const { body } = await list({ transaction_id }).expect(200);
    expect(ids(body)).toEqual(expected.map((index) => sent[index]));
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 501 }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ before: 'yesterday' }, 'before'],
    [{ transaction_id: '\u0000' }, 'transaction_id'],
    [{ model: 'credit-account' }, 'model'],
  ])('refuse the query %j', async (query, path) => {
    const answer = await list(query).expect(422);
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) });
  });
});
