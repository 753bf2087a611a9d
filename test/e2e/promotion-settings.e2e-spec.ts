import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated } from '../support/training.js';

const MODEL = 'credit-account';
const DEFAULTS = {
  mode: 'automatic',
  rule: 'evidence',
  min_improvement: 0,
  confidence: 0.95,
  min_frauds: 10,
  max_calibration_loss: 0.02,
  refuse_leaks: true,
};

describe('what it takes to become champion', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const path = (model: string): string => `/v1/models/${model}/promotion-settings`;
  const get = async (model = MODEL) => (await app.request().get(path(model)).expect(200)).body;
  const put = (settings: object, model = MODEL) => app.request().put(path(model)).send(settings);
  const ledger = async () => (await app.request().get(`/v1/models/${MODEL}/promotions`).expect(200)).body;
  const train = (rounds: number) => trainSimulated(app, MODEL, { rows: 2_000 }, { params: { rounds } });

  it('is evidence, but for payments, whose users know the higher F1', async () => {
    expect(await get()).toEqual(DEFAULTS);
    const higher = { rule: 'higher', min_frauds: 0, max_calibration_loss: 1, refuse_leaks: false };
    expect(await get('payments')).toEqual({ ...DEFAULTS, ...higher });
  });

  it('is set by a person: no version becomes champion by itself in manual mode, not even the first', async () => {
    expect((await put({ mode: 'manual' }).expect(200)).body).toEqual({ ...DEFAULTS, mode: 'manual' });
    expect(await train(5)).toMatchObject({ version: 1, promoted: false, reason: 'manual mode: a person promotes' });
    const { body } = await app.request().get(`/v1/models/${MODEL}`).expect(200);
    expect(body).toMatchObject({ champion: null, promotion: { mode: 'manual' } });
    await app.request().post(`/v1/models/${MODEL}/promote`).send({ version: 1, reason: 'agreed' }).expect(200);
  });

  it('may be changed in part', async () => {
    await put({ mode: 'automatic', min_frauds: 1_000 }).expect(200);
    expect((await put({ max_calibration_loss: 1 }).expect(200)).body).toEqual({
      ...DEFAULTS,
      min_frauds: 1_000,
      max_calibration_loss: 1,
    });
  });

  it('holds for the next version, and the ledger has all that was compared', async () => {
    const training = await train(60);
    expect(training).toMatchObject({
      version: 2,
      promoted: false,
      reason: expect.stringContaining('1000 are asked for'),
    });
    const [row] = await ledger();
    expect(row.evidence).toEqual({
      settings: { ...DEFAULTS, min_frauds: 1_000, max_calibration_loss: 1 },
      comparison: {
        metric: 'average_precision',
        challenger: row.challenger_value,
        champion: row.champion_value,
        gain: expect.any(Number),
        interval: [expect.any(Number), expect.any(Number)],
        confidence: 0.95,
        resamples: expect.any(Number),
        calibration_error: { challenger: expect.any(Number), champion: expect.any(Number) },
      },
      guards: expect.any(Array),
      holdout: {
        rows: row.holdout_rows,
        frauds: row.holdout_frauds,
        dataset_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      leaks: [],
    });
    const guards = row.evidence.guards as { name: string; passed: boolean }[];
    expect(guards.map(({ name }) => name)).toEqual([
      'mode',
      'leaks',
      'simulated_against_real',
      'same_features',
      'policy',
      'min_frauds',
      'gain',
      'interval',
      'calibration',
    ]);
    expect(guards.find(({ name }) => name === 'min_frauds')).toMatchObject({ passed: false });
  });

  it('by the higher figure alone promotes what is better', async () => {
    await put({ rule: 'higher', min_frauds: 0 }).expect(200);
    expect(await train(60)).toMatchObject({ version: 3, promoted: true });
    const [row] = await ledger();
    expect(row.evidence.guards.every(({ passed }: { passed: boolean }) => passed)).toBe(true);
    expect(row.evidence.comparison.gain).toBeGreaterThan(0);
  });

  it('may come with the definition', async () => {
    const model = { name: 'loans', label: 'is_fraud', features: [{ name: 'amount', type: 'number' }] };
    const send = (promotion: object) =>
      app
        .request()
        .post('/v1/models')
        .send({ ...model, promotion });
    const { body } = await send({ min_improvement: 0.01 }).expect(201);
    expect(body.promotion).toEqual({ ...DEFAULTS, min_improvement: 0.01 });
    expect(await get('loans')).toEqual(body.promotion);
    const refused = await send({ mode: 'never' }).expect(422);
    expect(refused.body.errors).toContainEqual({ path: 'promotion.mode', message: expect.any(String) });
  });

  it.each([
    [{ mode: 'never' }, 'mode'],
    [{ mode: null }, 'mode'],
    [{ rule: 1 }, 'rule'],
    [{ min_improvement: -0.1 }, 'min_improvement'],
    [{ confidence: 95 }, 'confidence'],
    [{ min_frauds: 1.5 }, 'min_frauds'],
    [{ max_calibration_loss: '0.1' }, 'max_calibration_loss'],
    [{ refuse_leaks: 'yes' }, 'refuse_leaks'],
    [{ metric: 'f1' }, 'metric'],
    [{}, ''],
  ])('is refused where it does not fit: %j', async (settings, field) => {
    const answer = await put(settings).expect(422);
    expect(answer.body.errors).toContainEqual({ path: field, message: expect.any(String) });
  });

  it('is not found for a model that is not there, and not for every key to change', async () => {
    await put({ mode: 'manual' }, 'nobody').expect(404);
    await app.request().get(path('nobody')).expect(404);
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'till', scopes: ['train'] })
      .expect(201);
    const answer = await put({ mode: 'manual' }).set('X-API-Key', body.key);
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
  });
});
