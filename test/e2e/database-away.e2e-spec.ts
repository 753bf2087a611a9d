import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@app/embedded';
import { exampleTransaction } from '@app/simulator';
import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import {
  getTraining,
  requestTraining,
  simulatedCsv,
  trainSimulated,
  untilServing,
  untilTrained,
  uploadText,
} from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('while PostgreSQL is away', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ ownPostgres: true, env: { TRAINING_THREADS: '1' } });
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 1, max_depth: 1 } });
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 30 } });
  });
  afterAll(() => app.stop());

  const score = () => app.request().post('/v1/fraud-score').send(exampleTransaction('credit-card'));
  const untilScoring = (): Promise<unknown> =>
    waitFor(async () => (await score()).ok, { what: 'scoring to work again' });
  const untilBoosting = (id: number): Promise<unknown> =>
    waitFor(async () => (await getTraining(app, id)).progress > 0.22, { what: 'the middle of the training' });
  const untilHealth = (status: string): Promise<unknown> =>
    waitFor(async () => (await app.request().get('/health').expect(200)).body.status === status, { what: status });
  const versionsOf = async (id: number): Promise<number> =>
    (await app.db.query('SELECT count(*)::int AS n FROM model_versions WHERE training_job_id = $1', [id])).rows[0].n;

  it('nothing hangs or falls over, and all works again when it is back', async () => {
    await score().expect(200);
    const clients = { running: true, statuses: new Set<number>() };
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (clients.running) clients.statuses.add((await score()).status);
      }),
    );
    await app.stopPostgres();
    const answer = await waitFor(async () => {
      const refused = await score();
      return refused.status === 503 ? refused : null;
    });
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'database_unavailable', status: 503 });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await score().set('X-Request-ID', 'in-the-outage').expect(503);
    const line = /^.*in-the-outage.*$/gm;
    await waitFor(() => line.test(app.log()), { what: 'the line of a request' });
    expect(app.log().match(line)).toEqual([expect.stringMatching(/WARN.*Access.* 503 .* in-the-outage: \S+/)]);
    for (const path of ['/v1/models', '/v1/training/1', '/v1/models/credit-card/promotions']) {
      await app.request().get(path).expect(503).expect('Retry-After', /^\d+$/);
    }
    // A check's answer is kept for a moment.
    await untilHealth('unhealthy');
    await app.request().get('/health/live').expect(200);
    const ready = await app.request().get('/health/ready').expect(503);
    expect(ready.body).toMatchObject({ status: 'not_ready', checks: { database: false, queue: true } });
    await app.request().get('/docs').expect(200);

    await app.startPostgres();
    await untilScoring();
    clients.running = false;
    await load;
    // Under load, too, nothing but decisions and refusals.
    expect([...clients.statuses].filter((status) => status !== 200)).toEqual([503]);
    await untilHealth('healthy');
    await waitFor(async () => (await app.request().get('/health/ready')).ok, { what: 'readiness' });
    expect(app.running).toBe(true);
  });

  it('a promotion that was announced is not missed', async () => {
    await untilServing(app, 'credit-card', 2);
    await app.stopPostgres();
    const port = await freePort();
    await app.startPostgres(port);
    const elsewhere = new URL(app.databaseUrl);
    elsewhere.port = String(port);
    const client = new pg.Client({ connectionString: elsewhere.href });
    await client.connect();
    await client.query('UPDATE model_versions SET is_champion = false');
    await client.query(
      "UPDATE model_versions SET is_champion = true WHERE version = 1; NOTIFY champions, 'credit-card'",
    );
    await client.end();
    await app.stopPostgres();
    await app.startPostgres();
    await untilServing(app, 'credit-card', 1);
  });

  it.each([
    ['for a moment', 1_000, false],
    ['until the training has ended', 2_500, true],
  ])(
    'the worker lives, and its training gives one version: %s',
    async (_, rounds, untilEnd) => {
      const dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 4_000 }));
      const id = await requestTraining(app, 'credit-card', { dataset, params: { rounds, early_stopping_rounds: 0 } });
      await untilBoosting(id);
      await app.stopPostgres();
      if (untilEnd) {
        await waitFor(() => app.log().includes(`training ${id} ended while the database was away`), {
          what: 'the end of the training',
        });
      }
      await app.startPostgres();
      expect(await untilTrained(app, id)).toMatchObject({ status: 'processed' });
      expect(await versionsOf(id)).toBe(1);
      // Only what kills workers is given up after a few tries.
      const { rows } = await app.db.query('SELECT attempts FROM training_jobs WHERE id = $1', [id]);
      expect(rows).toEqual([{ attempts: 1 }]);
      expect(app.running).toBe(true);
    },
    90_000,
  );
});
