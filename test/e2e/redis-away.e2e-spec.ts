import { exampleTransaction } from '@app/simulator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('while Redis is away', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, 'credit-card');
    await app.stopRedis();
  });
  afterAll(() => app.stop());

  function untilQueue(answers: boolean): Promise<Response> {
    return waitFor(async () => {
      const response = await app.request().get('/health/ready');
      return response.body.checks.queue === answers ? response : null;
    });
  }

  it('scoring goes on, and the process stays in service', async () => {
    const ready = await untilQueue(false);
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ status: 'ready', checks: { database: true, queue: false, champions: true } });
    await app.request().get('/v2/health/ready').expect(200);
    const transaction = exampleTransaction('credit-card');
    await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200);
  });

  it('its return is told of', async () => {
    await app.startRedis();
    expect((await untilQueue(true)).body.status).toBe('ready');
  });
});
