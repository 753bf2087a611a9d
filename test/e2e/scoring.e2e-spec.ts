import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Distribution } from '@app/features';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated } from '../support/training.js';

const example = exampleTransaction('credit-card');

describe('scoring', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { FRAUD_THRESHOLD: '40' } });
    await trainSimulated(app, 'credit-card', { rows: 5_000 }, { params: { rounds: 60 } });
    await trainSimulated(app, 'payments', { rows: 3_000 });
  });
  afterAll(() => app.stop());

  it('calls fraud from FRAUD_THRESHOLD on, and blocks from 90', async () => {
    const decisions = new Set<string>();
    for (const shift of [0, 2, 4, 6, 8]) {
      const transaction = { ...example, V14: -shift, V4: shift, V12: -shift, V10: -shift, V17: -shift };
      const { body } = await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200);
      expect(body.score).toBe(Math.round(100 * body.probability));
      expect(body.is_fraud).toBe(body.score >= 40);
      expect(body.decision).toBe(body.score >= 90 ? 'block' : body.score >= 40 ? 'review' : 'approve');
      decisions.add(body.decision);
    }
    expect(decisions.size).toBeGreaterThan(1);
  });

  describe('the decision', () => {
    it('is stored with its inputs and version, and found by its id', async () => {
      const transaction = { ...example, transaction_id: 'order-4711' };
      const scored = (await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200)).body;
      expect(scored).toMatchObject({
        model: 'credit-card',
        model_version: 1,
        transaction_id: 'order-4711',
        reasons: [],
        warnings: [],
      });
      const stored = (await app.request().get(`/v1/decisions/${scored.decision_id}`).expect(200)).body;
      expect(stored).toEqual({ ...scored, inputs: transaction, decided_at: expect.stringMatching(/^\d{4}-.*Z$/) });
      const { rows } = await app.db.query(
        'SELECT decided_for, tableoid::regclass::text AS partition FROM decisions WHERE id = $1',
        [scored.decision_id],
      );
      expect(rows).toEqual([
        { decided_for: 'administrator', partition: expect.stringMatching(/^decisions_\d{4}_\d{2}_\d{2}$/) },
      ]);
    });

    it('keeps a numeric transaction id a number', async () => {
      const { body } = await app
        .request()
        .post('/v1/models/credit-card/score')
        .send({ ...example, transaction_id: 17 })
        .expect(200);
      expect(body.transaction_id).toBe(17);
      const stored = await app.request().get(`/v1/decisions/${body.decision_id}`).expect(200);
      expect(stored.body.transaction_id).toBe(17);
    });

    it('of many at once are all stored, each with its own answer', async () => {
      const transactions = Array.from({ length: 200 }, (_, at) => ({
        ...example,
        Amount: at,
        transaction_id: `t-${at}`,
      }));
      const answers = await Promise.all(
        transactions.map((transaction) =>
          app.request().post('/v1/models/credit-card/score').send(transaction).expect(200),
        ),
      );
      expect(answers.map(({ body }) => body.transaction_id)).toEqual(
        transactions.map(({ transaction_id }) => transaction_id),
      );
      const { rows } = await app.db.query(
        "SELECT id::text, transaction_id, (sent->>'Amount')::int AS amount FROM decisions WHERE transaction_id LIKE 't-%'",
      );
      const stored = new Map(rows.map((row) => [row.transaction_id, row]));
      expect(stored.size).toBe(200);
      for (const { body } of answers) {
        const row = stored.get(body.transaction_id);
        expect(row).toMatchObject({ id: body.decision_id, amount: Number(body.transaction_id.slice(2)) });
      }
    });

    it.each(['true', 'True'])(
      'is explained on request, the strongest contribution first: explain=%s',
      async (spelled) => {
        const { body } = await app
          .request()
          .post(`/v1/models/payments/score?explain=${spelled}`)
          .send(exampleTransaction('payments'))
          .expect(200);
        expect(body.reasons.length).toBeGreaterThan(0);
        const strengths = body.reasons.map(({ contribution }: { contribution: number }) => Math.abs(contribution));
        expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
        for (const { feature, value } of body.reasons) expect(exampleTransaction('payments')[feature]).toBe(value);
        const stored = await app.request().get(`/v1/decisions/${body.decision_id}`).expect(200);
        expect(stored.body.reasons).toEqual(body.reasons);
        await app
          .request()
          .post('/v1/models/payments/score?explain=maybe')
          .send(exampleTransaction('payments'))
          .expect(422);
      },
    );
  });

  it('takes an unseen category for the unknown one, with a warning', async () => {
    const transaction = { ...exampleTransaction('payments'), type: 'BARTER' };
    const { body } = await app.request().post('/v1/models/payments/score').send(transaction).expect(200);
    expect(body.warnings).toEqual([
      { code: 'unknown_category', feature: 'type', message: expect.stringContaining('"BARTER"') },
    ]);
    const stored = await app.request().get(`/v1/decisions/${body.decision_id}`).expect(200);
    expect(stored.body.warnings).toEqual(body.warnings);
  });

  it('warns of numbers unlike the training data, one warning per feature, and stores them', async () => {
    const version = await app.request().get('/v1/models/credit-card/versions/1').expect(200);
    const { mean, standard_deviation, min, max, quantiles }: Distribution =
      version.body.feature_statistics.V1.distribution;
    expect(Object.values(quantiles)).toEqual(Object.values(quantiles).toSorted((a, b) => a - b));
    expect(min).toBeLessThan(quantiles.p1);
    expect(quantiles.p99).toBeLessThan(max);
    const above = mean + 3.01 * standard_deviation;
    const far = above < max ? above : mean - 3.01 * standard_deviation;
    const transaction = { ...example, V1: far, Amount: 1e8 };
    const { body } = await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200);
    expect(body.warnings).toEqual([
      { code: 'far_from_mean', feature: 'V1', message: expect.stringContaining('3.01 standard deviations') },
      { code: 'out_of_range', feature: 'Amount', message: expect.stringContaining('100000000') },
    ]);
    const stored = await app.request().get(`/v1/decisions/${body.decision_id}`).expect(200);
    expect(stored.body.warnings).toEqual(body.warnings);
  });

  it('keeps the counts of categories', async () => {
    const { body } = await app.request().get('/v1/models/payments/versions/1').expect(200);
    const { type, counts, others, missing } = body.feature_statistics.type;
    expect({ type, others, missing }).toEqual({ type: 'category', others: 0, missing: 0 });
    const rows = counts.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    const { train_rows: train, calibration_rows: calibration } = body.lineage.split as Record<string, number>;
    expect(rows).toBe((train ?? NaN) + (calibration ?? NaN));
  });

  it.each(['__proto__', 'constructor', 'toString'])('is not impressed by a category called %s', async (type) => {
    const { body } = await app
      .request()
      .post('/v1/models/payments/score')
      .send({ ...exampleTransaction('payments'), type })
      .expect(200);
    expect(body.warnings).toHaveLength(1);
  });

  it('refuses a text that the database could not keep', async () => {
    const transaction = { ...exampleTransaction('payments'), type: 'a\u0000b' };
    const { body } = await app.request().post('/v1/models/payments/score').send(transaction).expect(422);
    expect(body.errors[0].path).toBe('type');
  });

  it('is reported healthy and ready', async () => {
    await app.request().get('/health').expect(200, { status: 'healthy', model_loaded: true });
    const { body } = await app.request().get('/health/ready').expect(200);
    expect(body).toMatchObject({ status: 'ready', models: { 'credit-card': 1, payments: 1 } });
  });
});
