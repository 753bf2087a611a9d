import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { getTraining, requestTraining, simulatedCsv, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

/** Long enough to be caught in the middle, on any machine. */
const LONG = { rounds: 1_000, early_stopping_rounds: 0 };

describe('a training goes on', () => {
  let app: TestApp;
  let dataset: string;
  beforeEach(async () => {
    app = await startApp();
    dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 8_000 }));
  });
  afterEach(() => app.stop());

  const untilBoosting = (id: number): Promise<unknown> =>
    waitFor(
      async () => {
        const { stage, progress } = await getTraining(app, id);
        return stage === 'training' && progress > 0.22;
      },
      { what: 'the middle of the training' },
    );

  const versions = async (): Promise<unknown[]> =>
    (await app.db.query('SELECT version, is_champion, training_job_id FROM model_versions ORDER BY version')).rows;

  it('after its worker was killed in the middle, and gives one version', async () => {
    const id = await requestTraining(app, 'credit-card', { dataset, params: LONG });
    await untilBoosting(id);
    await app.killWorker('SIGKILL');
    expect((await getTraining(app, id)).status).toBe('processing');
    await app.restartWorker();
    expect(await untilTrained(app, id)).toMatchObject({ status: 'processed', version: 1, promoted: true });
    expect(await versions()).toEqual([{ version: 1, is_champion: true, training_job_id: id }]);
    const { rows } = await app.db.query('SELECT attempts FROM training_jobs WHERE id = $1', [id]);
    expect(rows).toEqual([{ attempts: 2 }]);
  }, 120_000);

  it('after its worker was stopped in the middle, without that counting against it', async () => {
    const id = await requestTraining(app, 'credit-card', { dataset, params: LONG });
    await untilBoosting(id);
    await app.killWorker('SIGTERM');
    expect((await getTraining(app, id)).status).toBe('pending');
    await app.restartWorker();
    expect(await untilTrained(app, id)).toMatchObject({ status: 'processed', version: 1 });
    const { rows } = await app.db.query('SELECT attempts FROM training_jobs WHERE id = $1', [id]);
    expect(rows).toEqual([{ attempts: 1 }]);
  }, 120_000);

  it('not for ever: a job that kills every worker ends as an error', async () => {
    await app.killWorker('SIGTERM');
    const id = await requestTraining(app, 'credit-card', { dataset, params: { rounds: 1 } });
    await app.db.query(
      "UPDATE training_jobs SET status = 'processing', attempts = 3, heartbeat_at = now() - interval '1 h' WHERE id = $1",
      [id],
    );
    await app.restartWorker();
    expect(await untilTrained(app, id)).toMatchObject({ status: 'error', error: { code: 'worker_died' } });
    expect(await versions()).toEqual([]);
  });

  it('once Redis is back, when it was away as the request came', async () => {
    await app.stopRedis();
    const id = await requestTraining(app, 'credit-card', { dataset, params: { rounds: 5 } });
    const ready = await app.request().get('/health/ready').expect(503);
    expect(ready.body.checks).toMatchObject({ database: true, queue: false });
    expect((await getTraining(app, id)).status).toBe('pending');
    await app.startRedis();
    expect(await untilTrained(app, id)).toMatchObject({ status: 'processed', version: 1, promoted: true });
  }, 120_000);

  it('beside another of the same model: two versions, one champion', async () => {
    await app.startSecondWorker();
    const ids = await Promise.all(
      [1, 2].map((seed) => requestTraining(app, 'credit-card', { dataset, seed, params: { ...LONG, subsample: 0.8 } })),
    );
    const trainings = await Promise.all(ids.map((id) => untilTrained(app, id)));
    for (const training of trainings) expect(training.status).toBe('processed');
    const { rows: spans } = await app.db.query(
      'SELECT max(started_at) < min(finished_at) AS at_once, count(DISTINCT claim_id)::int AS claims FROM training_jobs',
    );
    expect(spans).toEqual([{ at_once: true, claims: 2 }]);
    expect(trainings.map(({ version }) => version).sort()).toEqual([1, 2]);
    const rows = await versions();
    expect(rows).toHaveLength(2);
    expect(rows.filter((row) => (row as { is_champion: boolean }).is_champion)).toHaveLength(1);
    // The second to end was compared with the first to end, which was champion by then.
    const { rows: ledger } = await app.db.query('SELECT champion_id IS NULL AS first FROM promotions ORDER BY id');
    expect(ledger).toEqual([{ first: true }, { first: false }]);
  }, 120_000);
});
