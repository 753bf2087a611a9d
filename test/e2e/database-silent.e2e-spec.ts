import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { Samples } from '../support/metrics.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('while PostgreSQL says nothing', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ databaseProxy: true });
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 10 } });
  });
  afterAll(() => app.stop());

  const score = () => app.request().post('/v1/fraud-score').send(exampleTransaction('credit-card'));

  it('requests are refused, not held, and all works again when it answers', async () => {
    await score().expect(200);
    app.databaseProxy?.fallSilent();
    const answers = await Promise.all(Array.from({ length: 30 }, () => score()));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.body).toMatchObject({ code: 'database_unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    await app.request().get('/v1/models').expect(503);
    const ready = await app.request().get('/health/ready').expect(503);
    expect(ready.body.checks).toMatchObject({ database: false, queue: true });
    const metrics = new Samples((await app.request().get('/metrics').expect(200)).text);
    expect(metrics.sum('fraud_champions_loaded')).toBe(1);
    expect(metrics.sum('fraud_training_jobs')).toBeUndefined();
    expect(metrics.sum('fraud_decision_log_waiting')).toBe(0);

    app.databaseProxy?.resume();
    await waitFor(async () => (await score()).ok, { what: 'scoring to work again' });
    await waitFor(async () => (await app.request().get('/health/ready')).ok, { what: 'readiness' });
    expect(app.running).toBe(true);
    // Also what other processes tell is heard again.
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 40 } });
  });
});
