import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { promoteHigher, trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('a broken artefact', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await promoteHigher(app, 'credit-card');
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 1, max_depth: 1 } });
    await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 30 } });
    await app.db.query('CREATE TABLE versions_in_backup AS SELECT * FROM model_versions');
  });
  afterAll(() => app.stop());

  /** Version 1 decides, and version 2 is spoilt together with its hash, so that the database takes it. */
  const spoilSecond = async (): Promise<void> => {
    await app.db.query(`UPDATE model_versions SET artifact = set_byte(set_byte(artifact, 0, 255), 20, 255),
      artifact_sha256 = encode(sha256(set_byte(set_byte(artifact, 0, 255), 20, 255)), 'hex') WHERE version = 2`);
  };
  const crown = async (version: number): Promise<void> => {
    await app.db.query('UPDATE model_versions SET is_champion = false');
    await app.db.query('UPDATE model_versions SET is_champion = true WHERE version = $1', [version]);
    await announce();
  };
  const announce = async (): Promise<void> => {
    await app.db.query("SELECT pg_notify('champions', 'credit-card')");
  };
  const readiness = async (): Promise<{ status: string; models: unknown; not_loaded: unknown }> =>
    (await app.request().get('/health/ready')).body;
  const complaints = (): number => app.log().split('the champion, version 2, cannot be loaded').length - 1;
  const score = () => app.request().post('/v1/fraud-score').send(exampleTransaction('credit-card'));

  it('never replaces a loaded good one, and is complained of once', async () => {
    await crown(1);
    await waitFor(async () => (await score()).body['model-version'] === '1', { what: 'version 1 to decide' });
    await spoilSecond();
    await crown(2);
    const expected = { status: 'ready', models: { 'credit-card': 1 }, not_loaded: { 'credit-card': 2 } };
    await waitFor(async () => Object.keys((await readiness()).not_loaded ?? {}).length > 0, {
      what: 'the failed load',
    });
    expect(await readiness()).toMatchObject(expected);
    expect((await score().expect(200)).body['model-version']).toBe('1');
    await app.request().get('/health').expect(200, { status: 'healthy', model_loaded: true });

    // A champion of another model that is loaded shows that the broken one has been tried again.
    await announce();
    await trainSimulated(app, 'payments', { rows: 500 }, { params: { rounds: 1 } });
    expect(complaints()).toBe(1);
    expect((await score().expect(200)).body['model-version']).toBe('1');
  });

  it('leaves a new policy to the version that decides in its place', async () => {
    const policy = { policy: { review: 0, block: 0 }, reason: 'a test' };
    await app.request().post('/v1/models/credit-card/policies').send(policy).expect(201);
    const decide = () => app.request().post('/v1/models/credit-card/score').send(exampleTransaction('credit-card'));
    const { body } = await waitFor(
      async () => {
        const answer = await decide().expect(200);
        return answer.body.policy_version === 2 ? answer : null;
      },
      { what: 'the policy to be in force' },
    );
    expect(body).toMatchObject({ model_version: 1, decision: 'block' });
  });

  it('leaves the API up that finds nothing else, which says so', async () => {
    await app.restartApi();
    await app.request().get('/health/live').expect(200);
    await app.request().get('/health').expect(200, { status: 'unhealthy', model_loaded: false });
    const ready = await app.request().get('/health/ready').expect(503);
    expect(ready.body).toMatchObject({
      status: 'not_ready',
      checks: { database: true, queue: true, champions: false },
      models: { payments: 1 },
      not_loaded: { 'credit-card': 2 },
    });
    for (const path of ['/v1/fraud-score', '/v1/models/credit-card/score']) {
      const answer = await app.request().post(path).send(exampleTransaction('credit-card')).expect(503);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'champion_not_loaded', detail: expect.stringContaining('version 2') });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    await app.request().post('/v1/models/payments/score').send(exampleTransaction('payments')).expect(200);
  });

  it('gives way to the version before by a rollback, also where no process is ready', async () => {
    const request = app.request().post('/v1/models/credit-card/rollback').send({ reason: 'version 2 is broken' });
    expect((await request.expect(200)).body).toMatchObject({ kind: 'rollback', version: 1, champion: 2 });
    await waitFor(async () => (await readiness()).status === 'ready', { what: 'readiness' });
    expect((await score().expect(200)).body['model-version']).toBe('1');
    await crown(2);
    await app.restartApi();
    await app.request().get('/health/ready').expect(503);
  });

  it('gives way to the next version that is trained', async () => {
    const training = await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 5 } });
    expect(training).toMatchObject({ version: 3, promoted: true, reason: 'the artefact of the champion was broken' });
    expect((await score().expect(200)).body['model-version']).toBe('3');
    // What the checks find is kept for a moment.
    await waitFor(async () => (await readiness()).status === 'ready', { what: 'readiness' });
    expect(await readiness()).toMatchObject({ status: 'ready', not_loaded: {} });
    const { body } = await app.request().get('/v1/models/credit-card/promotions').expect(200);
    expect(body[0]).toMatchObject({ version: 3, champion: null, champion_value: null, promoted: true });
  });

  it('is mended by its row in a backup', async () => {
    await crown(2);
    await app.restartApi();
    await app.request().get('/health/ready').expect(503);
    await app.db.query(`UPDATE model_versions v SET artifact = b.artifact, artifact_sha256 = b.artifact_sha256,
      booster = b.booster FROM versions_in_backup b WHERE b.id = v.id AND v.version = 2`);
    const patience = { what: 'the next try', timeout: 60_000 };
    await waitFor(async () => (await readiness()).status === 'ready', patience);
    expect((await score().expect(200)).body['model-version']).toBe('2');
    await crown(3);
    await waitFor(async () => (await score()).body['model-version'] === '3', { what: 'version 3 to decide' });
  }, 90_000);

  it('of the explanations costs no score', async () => {
    await app.db.query("UPDATE model_versions SET booster = 'spoilt' WHERE version = 3");
    const explained = app.request().post('/v1/models/credit-card/score?explain=true');
    const answer = await explained.send(exampleTransaction('credit-card')).expect(503);
    expect(answer.body.code).toBe('explanation_unavailable');
    await score().expect(200);
  });
});
