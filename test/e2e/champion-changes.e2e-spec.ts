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

describe('champions that a person chooses', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await promoteHigher(app, 'credit-account');
    for (const rounds of [1, 40, 1]) {
      await trainSimulated(app, 'credit-account', { rows: 2_000 }, { params: { rounds } });
    }
  });
  afterAll(() => app.stop());

  const post = (path: string, body: object) => app.request().post(`/v1/models/${path}`).send(body);
  const promote = (version: unknown, reason: unknown = 'agreed') => post('credit-account/promote', { version, reason });
  const rollback = (reason = 'too many alarms') => post('credit-account/rollback', { reason });
  const ledger = async () => (await app.request().get('/v1/models/credit-account/promotions').expect(200)).body;

  it('a version is promoted by hand, scores a moment later, and the ledger says by whom and why', async () => {
    const answer = await promote(3, 'agreed in the meeting').expect(200);
    expect(answer.body).toEqual({
      id: expect.any(Number),
      kind: 'manual',
      version: 3,
      champion: 2,
      promoted: true,
      metric: null,
      challenger_value: null,
      champion_value: null,
      holdout_rows: null,
      holdout_frauds: null,
      evidence: null,
      reason: 'agreed in the meeting',
      decided_by: 'key administrator',
      created_at: expect.any(String),
    });
    expect((await ledger())[0]).toEqual(answer.body);
    await untilServing(app, 'credit-account', 3);
    const { body } = await app.request().get('/v1/models/credit-account').expect(200);
    expect(body.champion.version).toBe(3);
  });

  it('promoting the champion again changes nothing', async () => {
    const before = await ledger();
    const answer = await promote(3, 'again').expect(200);
    expect(answer.body).toEqual(before[0]);
    expect(await ledger()).toEqual(before);
  });

  it('rollbacks go back step by step', async () => {
    const first = await rollback('not what was hoped').expect(200);
    expect(first.body).toMatchObject({ kind: 'rollback', version: 2, champion: 3, reason: 'not what was hoped' });
    const second = await rollback().expect(200);
    expect(second.body).toMatchObject({ kind: 'rollback', version: 1, champion: 2 });
    await untilServing(app, 'credit-account', 1);
    const third = await rollback().expect(409);
    expect(third.body.code).toBe('no_former_champion');
  });

  it('changes at once leave one champion, and a ledger that agrees', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => promote((index % 3) + 1).expect(200)));
    const { rows } = await app.db.query(
      "SELECT version FROM model_versions v JOIN models m ON m.id = v.model_id WHERE m.name = 'credit-account' AND is_champion",
    );
    expect(rows).toEqual([{ version: (await ledger())[0].version }]);
    await untilServing(app, 'credit-account', rows[0].version);
  });

  it('a version that cannot score is refused, and the champion stays', async () => {
    await promote(1).expect(200);
    await app.db.query(
      "UPDATE model_versions SET artifact = 'x', artifact_sha256 = encode(sha256('x'), 'hex') WHERE version = 2 AND model_id = (SELECT id FROM models WHERE name = 'credit-account')",
    );
    const answer = await promote(2).expect(409);
    expect(answer.body).toMatchObject({ code: 'version_broken', detail: expect.stringContaining('Version 2') });
    const { body } = await app.request().get('/v1/models/credit-account').expect(200);
    expect(body.champion.version).toBe(1);
  });

  it.each([
    ['no version', {}, 'version'],
    ['a version that is no number', { version: '1', reason: 'x' }, 'version'],
    ['a version beyond all', { version: 1e12, reason: 'x' }, 'version'],
    ['no reason', { version: 1 }, 'reason'],
    ['an empty reason', { version: 1, reason: '' }, 'reason'],
    ['a reason that cannot be stored', { version: 1, reason: 'a\u0000b' }, 'reason'],
  ])('refuses %s', async (_, body, path) => {
    const answer = await post('credit-account/promote', body).expect(422);
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) });
  });

  it.each([
    ['credit-account/promote', { version: 9, reason: 'x' }, 404],
    ['nobody/promote', { version: 1, reason: 'x' }, 404],
    ['nobody/rollback', { reason: 'x' }, 404],
    ['payments/rollback', { reason: 'x' }, 409],
  ])('answers %s %j with %d', async (path, body, status) => {
    await post(path, body).expect(status);
  });

  it.each(['payments', 'credit-card'] as const)(
    'a first champion of %s scores once its training has ended',
    async (model) => {
      const dataset = await uploadText(app, simulatedCsv(model));
      const training = await untilTrained(app, await requestTraining(app, model, { dataset, params: { rounds: 20 } }));
      expect(training.status).toBe('processed');
      await post(`${model}/score`, exampleTransaction(model)).expect(200);
    },
  );

  it('a key without the scope may not', async () => {
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'till', scopes: ['score', 'train'] })
      .expect(201);
    for (const path of ['promote', 'rollback']) {
      const answer = await post(`credit-account/${path}`, { version: 1, reason: 'x' }).set('X-API-Key', body.key);
      expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
    }
  });
});
