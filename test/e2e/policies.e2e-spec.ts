import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated, untilServing } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const MODEL = 'credit-account';

describe('decision policies', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, MODEL, { rows: 2_000 }, { params: { rounds: 5 } });
  });
  afterAll(() => app.stop());

  const get = async (path: string, model = MODEL) =>
    (await app.request().get(`/v1/models/${model}/${path}`).expect(200)).body;
  const put = (policy: unknown, reason: unknown = 'a test', model = MODEL) =>
    app.request().post(`/v1/models/${model}/policies`).send({ policy, reason });
  const score = async (transaction: object = exampleTransaction(MODEL)) =>
    (await app.request().post(`/v1/models/${MODEL}/score`).send(transaction).expect(200)).body;
  const untilInForce = (version: number) =>
    waitFor(async () => (await score()).policy_version === version, { what: `policy ${version} to be in force` });
  const setCurve = (curve: object | null) =>
    app.db.query(
      'UPDATE model_versions SET threshold_curve = $1 WHERE is_champion AND model_id = (SELECT id FROM models WHERE name = $2)',
      [curve && JSON.stringify(curve), MODEL],
    );

  it('begin with the definition’s, as number 1', async () => {
    const [first, ...others] = await get('policies');
    expect(others).toEqual([]);
    expect(first).toEqual({
      version: 1,
      policy: { kind: 'fixed', review: null, block: null },
      reason: 'as the model was defined',
      created_by: 'service',
      created_at: expect.any(String),
    });
    expect(await get('policy')).toMatchObject({
      ...first,
      champion: 1,
      cut_offs: { review: { probability: 0.495, score: 50 }, block: { probability: 0.895, score: 90 } },
      unmet: null,
    });
    expect((await score()).policy_version).toBe(1);
  });

  it('apply at once and alone: the version stays, and decisions say by which they were made', async () => {
    const before = await score();
    const answer = await put({ review: 0, block: 100 }, 'look at everything').expect(201);
    expect(answer.body).toMatchObject({
      version: 2,
      policy: { kind: 'fixed', review: 0, block: 100 },
      reason: 'look at everything',
      created_by: 'key administrator',
    });
    await untilInForce(2);
    const decision = await score();
    expect(decision).toMatchObject({ model_version: before.model_version, probability: before.probability });
    expect(decision).toMatchObject({ decision: 'review', policy_version: 2 });
    const { body: stored } = await app.request().get(`/v1/decisions/${decision.decision_id}`).expect(200);
    expect(stored).toMatchObject({ decision: 'review', policy_version: 2 });
    const { body: batch } = await app
      .request()
      .post(`/v1/models/${MODEL}/score/batch`)
      .send({ transactions: [exampleTransaction(MODEL)] })
      .expect(200);
    expect(batch.results[0]).toMatchObject({ decision: 'review', policy_version: 2 });
    expect((await get('policies')).map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const { body: model } = await app.request().get(`/v1/models/${MODEL}`).expect(200);
    expect(model).toMatchObject({ policy: { kind: 'fixed', review: 0, block: 100 }, policy_version: 2 });
  });

  it('leave `is_fraud` to FRAUD_THRESHOLD', async () => {
    const { score: own, is_fraud, decision } = await score();
    expect(decision).toBe('review');
    expect(is_fraud).toBe(own >= 50);
  });

  /** Ten rows: frauds at 0.8 and 0.4. */
  const CURVE = {
    thresholds: [0.8, 0.6, 0.4, 0.1],
    frauds: [1, 1, 2, 2],
    legitimate: [0, 1, 1, 8],
    amounts: { total_balance: [900, 900, 905, 905] },
    rows: 10,
    weight: 10,
    total_frauds: 2,
    total_legitimate: 8,
    total_amounts: { total_balance: 905 },
  };

  it.each([
    [
      'a recall and a precision',
      { kind: 'target', review: { recall: 1 }, block: { precision: 1 } },
      { review: { probability: 0.4, score: 40 }, block: { probability: 0.8, score: 80 } },
      { precision: 2 / 3, recall: 1, alert_rate: 0.3, review_rate: 0.2, block_rate: 0.1, cost_per_transaction: null },
    ],
    [
      'an alert rate',
      { kind: 'target', review: { alert_rate: 0.25 } },
      { review: { probability: 0.6, score: 60 }, block: { probability: null, score: null } },
      { precision: 0.5, recall: 0.5, alert_rate: 0.2, review_rate: 0.2, block_rate: 0, cost_per_transaction: null },
    ],
    [
      'costs in figures',
      { kind: 'costs', missed_fraud: 100, false_alarm: 50, review: 10 },
      { review: { probability: 0.4, score: 40 }, block: { probability: 0.8, score: 80 } },
      { precision: 2 / 3, recall: 1, alert_rate: 0.3, review_rate: 0.2, block_rate: 0.1, cost_per_transaction: 2 },
    ],
    [
      'costs by a column',
      { kind: 'costs', missed_fraud: 'total_balance', false_alarm: 50, review: 10 },
      { review: { probability: 0.8, score: 80 }, block: { probability: 0.8, score: 80 } },
      { precision: 1, recall: 0.5, alert_rate: 0.1, review_rate: 0, block_rate: 0.1, cost_per_transaction: 0.5 },
    ],
    [
      'costs that make nothing worth a look',
      { kind: 'costs', missed_fraud: 0, false_alarm: 1, review: 1 },
      { review: { probability: null, score: null }, block: { probability: null, score: null } },
      { precision: null, recall: 0, alert_rate: 0, review_rate: 0, block_rate: 0, cost_per_transaction: 0 },
    ],
  ])('are computed of %s', async (_, policy, cutOffs, expected) => {
    await setCurve(CURVE);
    const { body } = await put(policy).expect(201);
    await untilInForce(body.version);
    const inForce = await get('policy');
    expect(inForce).toMatchObject({ ...body, champion: 1, cut_offs: cutOffs, expected, unmet: null });
    expect(inForce.curve).toHaveLength(4);
    const { probability, decision } = await score();
    const { review, block } = inForce.cut_offs;
    const reaches = (cutOff: { probability: number | null }): boolean =>
      cutOff.probability !== null && probability >= cutOff.probability;
    expect(decision).toBe(reaches(block) ? 'block' : reaches(review) ? 'review' : 'approve');
  });

  it('show the curve that training left', async () => {
    const trained = await trainSimulated(app, MODEL, { rows: 2_000, seed: 2 }, { params: { rounds: 60 } });
    const { version } = trained;
    await app.request().post(`/v1/models/${MODEL}/promote`).send({ version, reason: 'a test' }).expect(200);
    await untilServing(app, MODEL, version);
    const { body } = await put({ kind: 'target', review: { recall: 0.8 }, block: null }).expect(201);
    const { champion, expected, curve } = await get('policy');
    expect({ champion, version: body.version }).toEqual({ champion: version, version: expect.any(Number) });
    expect(expected.recall).toBeGreaterThanOrEqual(0.8);
    expect(curve.length).toBeLessThanOrEqual(100);
    expect(curve.at(-1)).toMatchObject({ recall: 1, alert_rate: 1 });
  });

  it('need a champion that knows what they are computed of', async () => {
    await setCurve({ ...CURVE, amounts: {} });
    const costs = { kind: 'costs', missed_fraud: 'total_balance', false_alarm: 50, review: 10 };
    const noColumn = await put(costs).expect(409);
    expect(noColumn.body).toMatchObject({
      code: 'policy_needs_training',
      detail: expect.stringContaining('"cost_column": "total_balance"'),
    });
    await setCurve(null);
    const noCurve = await put({ kind: 'target', review: { recall: 0.5 } }).expect(409);
    expect(noCurve.body).toMatchObject({ code: 'policy_needs_training', detail: expect.stringContaining('train') });
  });

  it('give way to the defaults under a champion without a curve, and the API says so', async () => {
    const { body: before } = await app.request().get(`/v1/models/${MODEL}`).expect(200);
    const reason = 'back to an old one';
    await setCurve(CURVE);
    await put({ kind: 'target', review: { recall: 0.5 } }).expect(201);
    await app.db.query('UPDATE model_versions SET threshold_curve = NULL WHERE version = 1');
    await app.request().post(`/v1/models/${MODEL}/promote`).send({ version: 1, reason }).expect(200);
    await untilServing(app, MODEL, 1);
    expect(before.champion.version).not.toBe(1);
    expect(await get('policy')).toMatchObject({
      champion: 1,
      cut_offs: { review: { score: 50 }, block: { score: 90 } },
      expected: null,
      curve: [],
      unmet: expect.stringContaining('train a new version'),
    });
    await score();
  });

  it('wait for the first version of a model that has none', async () => {
    const model = { name: 'loans', label: 'is_fraud', features: [{ name: 'amount', type: 'number' }] };
    const first = { kind: 'costs', missed_fraud: 'amount', false_alarm: 20, review: 4 };
    const { body: created } = await app
      .request()
      .post('/v1/models')
      .send({ ...model, policy: first })
      .expect(201);
    expect(created).toMatchObject({ policy: first, policy_version: 1, champion: null });
    expect(await get('policy', 'loans')).toMatchObject({
      version: 1,
      policy: first,
      created_by: 'key administrator',
      champion: null,
      cut_offs: null,
      expected: null,
      curve: [],
    });
    const { body } = await put({ kind: 'target', review: { precision: 0.5 } }, 'better', 'loans').expect(201);
    expect(body).toMatchObject({ version: 2, policy: { kind: 'target', review: { precision: 0.5 }, block: null } });
  });

  it('that are put in force at once all get a number of their own', async () => {
    const before = Number((await get('policy')).version);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => put({ review: at, block: 90 }).expect(201)),
    );
    const numbers = answers.map(({ body }) => body.version).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 10 }, (_, at) => before + at + 1));
    await untilInForce(before + 10);
  });

  it.each([
    ['no policy', undefined, 'policy'],
    ['no object', 'fixed', 'policy'],
    ['a list', [], 'policy'],
    ['an unknown kind', { kind: 'cheap' }, 'policy.kind'],
    ['a kind that is no text', { kind: {} }, 'policy.kind'],
    ['no score', { review: '50' }, 'policy.review'],
    ['a review above the block', { kind: 'fixed', review: 90, block: 10 }, 'policy.review'],
    ['no target', { kind: 'target' }, 'policy.review'],
    ['an empty target', { kind: 'target', review: {} }, 'policy.review'],
    ['two targets', { kind: 'target', review: { recall: 0.5, precision: 0.5 } }, 'policy.review'],
    ['a recall above 1', { kind: 'target', review: { recall: 80 } }, 'policy.review.recall'],
    ['an unknown target', { kind: 'target', review: { f1: 0.5 } }, 'policy.review.f1'],
    ['a target that is no object', { kind: 'target', review: 0.5 }, 'policy.review'],
    ['a field of another kind', { kind: 'target', review: { recall: 1 }, false_alarm: 1 }, 'policy.false_alarm'],
    ['costs that lack one', { kind: 'costs', missed_fraud: 1, review: 1 }, 'policy.false_alarm'],
    ['costs below 0', { kind: 'costs', missed_fraud: -1, review: 1, false_alarm: 1 }, 'policy.missed_fraud'],
    ['a column that is none', { kind: 'costs', missed_fraud: 'x', review: 1, false_alarm: 1 }, 'policy.missed_fraud'],
  ])('are refused with %s', async (_, policy, path) => {
    const answer = await put(policy).expect(422);
    expect(answer.body.errors).toContainEqual({ path, message: expect.any(String) });
  });

  it.each([[''], [7], ['a\u0000b']])('are refused with the reason %j', async (reason) => {
    const answer = await put({ review: 50 }, reason).expect(422);
    expect(answer.body.errors).toContainEqual({ path: 'reason', message: expect.any(String) });
  });

  it('are not found for a model that is not there', async () => {
    await put({ review: 50 }, 'x', 'nobody').expect(404);
    for (const path of ['policy', 'policies']) await app.request().get(`/v1/models/nobody/${path}`).expect(404);
  });

  it('may not be set by a key without the scope', async () => {
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'till', scopes: ['score', 'train'] })
      .expect(201);
    const answer = await put({ review: 50 }).set('X-API-Key', body.key);
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
  });

  it.each([
    ['a changed policy', "UPDATE decision_policies SET reason = 'x'"],
    ['a shortened list', 'DELETE FROM decision_policies'],
  ])('the database refuses %s', async (_, statement) => {
    await expect(app.db.query(statement)).rejects.toThrow(/append-only/);
  });
});
