import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { requestTraining, untilServing, untilTrained, uploadText } from '../support/training.js';

describe('a model of one’s own', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const definition = {
    name: 'claims',
    label: 'fraudulent',
    features: [
      { name: 'amount', type: 'number' },
      { name: 'channel', type: 'category', nullable: true },
      { name: 'first claim', type: 'boolean' },
      { name: 'age', type: 'number', nullable: true },
    ],
    time_column: 'at',
    carried: ['customer'],
    policy: { review: 30, block: 70 },
  };
  const csv = (rows: number): string =>
    [
      'at,customer,channel,amount,first claim,age,fraudulent',
      ...Array.from({ length: rows }, (_, row) => {
        const fraud = row % 10 === 0;
        const at = new Date(Date.UTC(2026, 0, 1) + row * 60_000).toISOString();
        const channel = row % 13 === 0 ? '' : fraud ? 'web' : ['branch', 'phone', 'web'][row % 3];
        return [
          at,
          `c${row % 50}`,
          channel,
          fraud ? 900 + (row % 7) : 100 + (row % 89),
          fraud,
          row % 17 ? 30 + (row % 40) : '',
          fraud ? 1 : 0,
        ].join();
      }),
    ].join('\n');

  it('works as a built-in one does', async () => {
    const created = await app.request().post('/v1/models').send(definition).expect(201);
    expect(created.body).toMatchObject({
      ...definition,
      built_in: false,
      champion: null,
      versions: [],
      metric: 'average_precision',
    });
    await app.request().post('/v1/models').send(definition).expect(409);
    await app.request().post('/v1/models/claims/score').send({}).expect(503);

    const dataset = await uploadText(app, csv(600));
    const training = await untilTrained(app, await requestTraining(app, 'claims', { dataset, params: { rounds: 30 } }));
    expect(training).toMatchObject({ status: 'processed', version: 1, promoted: true });
    await untilServing(app, 'claims', 1);

    const score = (body: object) => app.request().post('/v1/models/claims/score').send(body);
    const usual = {
      amount: 120,
      channel: 'branch',
      'first claim': false,
      age: 41,
      customer: 'c1',
      at: '2026-02-01T00:00:00Z',
    };
    const fraud = { amount: 903, channel: 'web', 'first claim': true };
    expect((await score(usual).expect(200)).body).toMatchObject({ decision: 'approve', warnings: [] });
    expect((await score(fraud).expect(200)).body).toMatchObject({ decision: 'block', is_fraud: true });
    const unseen = await score({ ...usual, channel: 'carrier pigeon' }).expect(200);
    expect(unseen.body.warnings).toMatchObject([{ code: 'unknown_category', feature: 'channel' }]);

    const refused = await score({ ...usual, amount: '120', 'first claim': 'no', chanel: 'web' }).expect(422);
    expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'amount',
      'chanel',
      'first claim',
    ]);
  });

  it.each([
    [{ ...definition, name: 'Bad Name' }, 'name'],
    [{ ...definition, name: 'x', features: [] }, 'features'],
    [{ ...definition, name: 'x', features: [{ name: 'a', type: 'text' }] }, 'features.0.type'],
    [{ ...definition, name: 'x', label: 'amount' }, 'label'],
    [{ ...definition, name: 'x', policy: { review: 90, block: 10 } }, 'policy'],
    [{ ...definition, name: 'x', surprise: 1 }, 'surprise'],
  ])('is refused where it does not hold together (%#)', async (body, path) => {
    const answer = await app.request().post('/v1/models').send(body).expect(422);
    expect(answer.body.errors[0].path).toContain(path);
  });
});
