import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated, untilServing } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const MODEL = 'credit-account';
const CLIENTS_PER_PROCESS = 4;
const ROUNDS = 5;
/** Each flags everything or nothing, so that a decision tells which one made it. */
const POLICIES = [
  { review: 0, block: 100, outcome: 'review' },
  { review: 0, block: 0, outcome: 'block' },
  { review: 100, block: 100, outcome: 'approve' },
] as const;

interface Decision {
  readonly decision_id: string;
  readonly model_version: number;
  readonly policy_version: number;
  readonly probability: number;
  readonly decision: string;
}

describe('promotions, policies and rollbacks under load', () => {
  let app: TestApp;
  let second: string;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, MODEL, { rows: 2_000 }, { params: { rounds: 2 } });
    await trainSimulated(app, MODEL, { rows: 2_000, seed: 2 }, { params: { rounds: 7 } });
    await app.request().post(`/v1/models/${MODEL}/promote`).send({ version: 1, reason: 'to begin with' }).expect(200);
    second = (await app.startSecondApi()).url;
  });
  afterAll(() => app.stop());

  const post = (path: string, body: object, url = app.url) =>
    supertest(url).post(`/v1/models/${MODEL}/${path}`).set('X-API-Key', app.key).send(body);
  const scoreAt = async (url: string): Promise<Decision[]> => {
    const transaction = exampleTransaction(MODEL);
    const single = await post('score', transaction, url).expect(200);
    // Waits for the reasons between finding the champion and scoring by it.
    const explained = await post('score?explain=true', transaction, url).expect(200);
    const batch = await post('score/batch', { transactions: [transaction, transaction] }, url).expect(200);
    return [single.body, explained.body, ...batch.body.results];
  };
  const untilPolicy = (version: number) =>
    waitFor(
      async () =>
        (await scoreAt(app.url)).every((each) => each.policy_version === version) &&
        (await scoreAt(second)).every((each) => each.policy_version === version),
      { what: `policy ${version} to be in force` },
    );

  it('no request finds no champion, and each decision is what its version and its policy say', async () => {
    let running = true;
    const clients = [app.url, second].flatMap((url) =>
      Array.from({ length: CLIENTS_PER_PROCESS }, async () => {
        const decisions: Decision[] = [];
        while (running) decisions.push(...(await scoreAt(url)));
        return decisions;
      }),
    );
    const outcomeOf = new Map<number, string>();
    for (let round = 0; round < ROUNDS; round++) {
      const { outcome, ...policy } = POLICIES[round % POLICIES.length] ?? POLICIES[0];
      const { body } = await post('policies', { policy, reason: 'a test' }).expect(201);
      outcomeOf.set(body.version, outcome);
      await untilPolicy(body.version);
      await post('promote', { version: 2, reason: 'a test' }).expect(200);
      await untilServing(app, MODEL, 2);
      await post('rollback', { reason: 'a test' }).expect(200);
      await untilServing(app, MODEL, 1);
    }
    running = false;
    const decisions = (await Promise.all(clients)).flat();

    const probabilities = new Map<number, Set<number>>();
    for (const { model_version, probability, policy_version, decision } of decisions) {
      probabilities.set(model_version, (probabilities.get(model_version) ?? new Set()).add(probability));
      const expected = outcomeOf.get(policy_version);
      if (expected !== undefined) expect({ policy_version, decision }).toEqual({ policy_version, decision: expected });
    }
    // One transaction: each version always gives it one probability, and no other version's.
    expect([...probabilities.keys()].sort()).toEqual([1, 2]);
    expect([...probabilities.values()].map(({ size }) => size)).toEqual([1, 1]);
    expect(probabilities.get(1)).not.toEqual(probabilities.get(2));
    expect(new Set(decisions.map(({ policy_version }) => policy_version)).size).toBe(ROUNDS + 1);

    const last = decisions.at(-1);
    const { body: stored } = await app.request().get(`/v1/decisions/${last?.decision_id}`).expect(200);
    expect(stored).toMatchObject({ ...last });
  }, 120_000);
});
