import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import {
  promoteHigher,
  requestTraining,
  simulatedCsv,
  trainSimulated,
  untilServing,
  untilTrained,
  uploadText,
} from '../support/training.js';

describe('a promotion under load', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await promoteHigher(app, 'credit-card');
    await trainSimulated(app, 'credit-card', { rows: 4_000 }, { params: { rounds: 1 } });
  });
  afterAll(() => app.stop());

  it('reaches the API by itself and fails no request', async () => {
    let running = true;
    const clients = Array.from({ length: 8 }, async () => {
      const versions: string[] = [];
      // Each client sees the last version, too.
      while (running || versions.at(-1) !== '4') {
        const { body } = await app
          .request()
          .post('/v1/fraud-score')
          .send(exampleTransaction('credit-card'))
          .expect(200);
        versions.push(body['model-version']);
      }
      return versions;
    });
    for (const [at, rounds] of [3, 12, 60].entries()) {
      const dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 4_000 }));
      const training = await untilTrained(
        app,
        await requestTraining(app, 'credit-card', { dataset, params: { rounds } }),
      );
      expect(training).toMatchObject({ version: at + 2, promoted: true });
      await untilServing(app, 'credit-card', at + 2);
    }
    running = false;
    for (const versions of await Promise.all(clients)) {
      expect([...new Set(versions)]).toEqual(['1', '2', '3', '4']);
      // Once a client has seen a version, it never sees an older one.
      expect(versions).toEqual(versions.toSorted());
    }
  }, 120_000);
});

describe('a database that holds together', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, 'credit-account', { rows: 500 }, { params: { rounds: 1 } });
    await trainSimulated(app, 'credit-account', { rows: 500, seed: 2 }, { params: { rounds: 1, max_depth: 1 } });
  });
  afterAll(() => app.stop());

  it.each([
    ['a second champion', 'UPDATE model_versions SET is_champion = true', /model_versions_one_champion/],
    ['a second version of a number', 'UPDATE model_versions SET version = 1', /model_versions_model_id_version_key/],
    ['an unknown status', "UPDATE training_jobs SET status = 'done'", /training_jobs_status_check/],
    ['an error without a message', "UPDATE training_jobs SET status = 'error'", /check/],
    ['a corrupt artefact', "UPDATE model_versions SET artifact = 'x'", /check/],
    ['a changed ledger', 'UPDATE promotions SET promoted = true', /append-only/],
    ['a shortened ledger', 'DELETE FROM promotions', /append-only/],
  ])('refuses %s', async (_, statement, message) => {
    await expect(app.db.query(statement)).rejects.toThrow(message);
  });
});
