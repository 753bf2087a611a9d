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

  describe('POST /v1/fraud-score', () => {
    it('answers with exactly its three fields', async () => {
      const { body, type } = await app.request().post('/v1/fraud-score').send(example).expect(200);
      expect(type).toBe('application/json');
      expect(body).toEqual({ 'fraud-score': expect.any(Number), 'is-fraud': false, 'model-version': '1' });
      expect(body['fraud-score']).toBeGreaterThanOrEqual(0);
      expect(Number.isInteger(body['fraud-score'])).toBe(true);
    });

    it('says only when asked whether the transaction is unlike the training data', async () => {
      for (const [Amount, odd] of [
        [example['Amount'], false],
        [1e8, true],
      ]) {
        const transaction = { ...example, Amount };
        const post = (query: string) => app.request().post(`/v1/fraud-score${query}`).send(transaction);
        const plain = (await post('').expect(200)).body;
        expect(Object.keys(plain)).toEqual(['fraud-score', 'is-fraud', 'model-version']);
        expect((await post('?ood=false').expect(200)).body).toEqual(plain);
        expect((await post('?ood=true').expect(200)).body).toEqual({ ...plain, ood_warning: odd });
        expect((await post('?ood=perhaps').expect(422)).body.errors).toEqual([
          { path: 'ood', message: 'must be true or false' },
        ]);
      }
    });

    it('agrees with the native route, and calls fraud from FRAUD_THRESHOLD on', async () => {
      for (const shift of [0, 2, 4, 6, 8]) {
        const transaction = { ...example, V14: -shift, V4: shift, V12: -shift, V10: -shift, V17: -shift };
        const foreign = (await app.request().post('/v1/fraud-score').send(transaction).expect(200)).body;
        const native = (await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200)).body;
        expect(foreign).toEqual({ 'fraud-score': native.score, 'is-fraud': native.score >= 40, 'model-version': '1' });
        expect(native.score).toBe(Math.round(100 * native.probability));
        expect(native.is_fraud).toBe(native.score >= 40);
        expect(native.decision).toBe(native.score >= 90 ? 'block' : native.score >= 40 ? 'review' : 'approve');
      }
    });

    it.each(Object.keys(example))('needs %s', async (name) => {
      const { [name]: _, ...rest } = example;
      const { body } = await app.request().post('/v1/fraud-score').send(rest).expect(422);
      expect(body.errors).toEqual([{ path: name, message: 'is required' }]);
    });

    it.each([
      ['a text', { V7: 'abc' }, 'V7', /finite number.*"abc"/],
      ['a number in quotes', { V7: '1.5' }, 'V7', /send 1\.5/],
      ['null', { V7: null }, 'V7', /null/],
      ['true', { V7: true }, 'V7', /true/],
      ['a list', { V7: [1] }, 'V7', /list/],
      ['more than float32 holds', { V7: 1e39 }, 'V7', /float32/],
      ['an unknown feature', { V29: 1 }, 'V29', /not a feature/],
      ['the label', { Class: 0 }, 'Class', /label/],
    ])('refuses %s', async (_, change, path, message) => {
      const { body } = await app
        .request()
        .post('/v1/fraud-score')
        .send({ ...example, ...change })
        .expect(422);
      expect(body.errors).toHaveLength(1);
      expect(body.errors[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    });

    it('names a bare NaN, as Python writes it', async () => {
      const text = JSON.stringify(example).replace(/"V9":[^,]+/, '"V9": NaN');
      const { body } = await app.request().post('/v1/fraud-score').type('json').send(text).expect(422);
      expect(body.errors).toEqual([{ path: 'V9', message: 'must be a finite number, got NaN' }]);
    });

    it.each([
      ['zeros', Object.fromEntries(Object.keys(example).map((name) => [name, 0]))],
      ['extremes', Object.fromEntries(Object.keys(example).map((name, at) => [name, at % 2 ? 1e8 : -1e8]))],
      ['a negative amount', { ...example, Amount: -5 }],
    ])('scores %s', async (_, transaction) => {
      const { body } = await app.request().post('/v1/fraud-score').send(transaction).expect(200);
      expect(body['fraud-score']).toBeGreaterThanOrEqual(0);
      expect(body['fraud-score']).toBeLessThanOrEqual(100);
    });

    it.each([[[]], [[1, 2]], ['text'], [7], [null]])('refuses the body %j', async (sent) => {
      const { body } = await app.request().post('/v1/fraud-score').type('json').send(JSON.stringify(sent)).expect(422);
      expect(body.errors[0]).toMatchObject({ path: '' });
    });
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
        { decided_for: 'administrator', partition: expect.stringMatching(/^decisions_\d{4}_\d{2}$/) },
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

    it('of a foreign route is stored as well', async () => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      await app.request().post('/v1/fraud-score').send(example).expect(200);
      expect(await count()).toBe(before + 1);
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
        "SELECT id::text, transaction_id, (inputs->>'Amount')::int AS amount FROM decisions WHERE transaction_id LIKE 't-%'",
      );
      const stored = new Map(rows.map((row) => [row.transaction_id, row]));
      expect(stored.size).toBe(200);
      for (const { body } of answers) {
        const row = stored.get(body.transaction_id);
        expect(row).toMatchObject({ id: body.decision_id, amount: Number(body.transaction_id.slice(2)) });
      }
    });

    it('is explained on request, the strongest contribution first', async () => {
      const { body } = await app
        .request()
        .post('/v1/models/payments/score?explain=true')
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
    });
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
    expect(rows).toBe(body.lineage.split.train_rows);
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
