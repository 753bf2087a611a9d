import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { startApp, type TestApp } from '../support/app.js';
import { requestTraining, type Training, untilServing, untilTrained, uploadText } from '../support/training.js';

const FEATURES = ['a', 'b', 'c', 'd'] as const;
const ROWS = 900;

type Row = Readonly<Record<(typeof FEATURES)[number], number>> & { readonly luck: number };

/**
 * A file of rows with features drawn at random, and a label that the rows decide, or nothing but luck.
 * @param leak whether a feature gives the label away
 */
function csvOf(seed: number, isFraud: (row: Row) => boolean, leak = false): string {
  const random = xoroshiro128plus(seed);
  for (let skipped = 0; skipped < 64; skipped++) random.next();
  const draw = (): number => Math.round(uniformFloat64(random) * 1e4) / 1e4;
  const lines = Array.from({ length: ROWS }, () => {
    const row = { a: draw(), b: draw(), c: draw(), d: draw(), luck: draw() };
    const fraud = isFraud(row);
    const disputed = leak ? fraud : draw() < 0.5;
    return [row.a, row.b, row.c, row.d, disputed, fraud ? 1 : 0].join();
  });
  return ['a,b,c,d,disputed,is_fraud', ...lines].join('\n');
}

const byLuck = ({ luck }: Row): boolean => luck > 0.7;
/** A fifth of the rows: more than half of those that their features make suspect. */
const bySignal = ({ a, b, luck }: Row): boolean => a + b > 1.2 && luck > 0.4;

interface LedgerRow {
  readonly version: number;
  readonly promoted: boolean;
  readonly reason: string;
  readonly challenger_value: number;
  readonly champion_value: number;
  readonly evidence: {
    readonly comparison: { readonly gain: number; readonly interval: readonly [number, number] };
    readonly guards: readonly { readonly name: string; readonly passed: boolean }[];
  };
}

describe('promotion by evidence', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  async function define(name: string): Promise<void> {
    const features = [
      ...FEATURES.map((feature) => ({ name: feature, type: 'number' })),
      { name: 'disputed', type: 'boolean' },
    ];
    await app.request().post('/v1/models').send({ name, label: 'is_fraud', features }).expect(201);
  }

  async function train(model: string, csv: string): Promise<Training> {
    const dataset = await uploadText(app, csv);
    const request = { dataset, params: { rounds: 30, max_depth: 3 } };
    const training = await untilTrained(app, await requestTraining(app, model, request));
    expect(training).toMatchObject({ status: 'processed', error: null });
    if (training.promoted) await untilServing(app, model, training.version);
    return training;
  }

  async function ledger(model: string): Promise<LedgerRow[]> {
    return (await app.request().get(`/v1/models/${model}/promotions`).expect(200)).body as LedgerRow[];
  }

  function failed({ evidence }: LedgerRow): string[] {
    return evidence.guards.filter(({ passed }) => !passed).map(({ name }) => name);
  }

  it('promotes nothing by luck: twenty trainings on noise against a champion trained on noise', async () => {
    await define('noise');
    expect(await train('noise', csvOf(1, byLuck))).toMatchObject({ version: 1, promoted: true });
    for (let seed = 2; seed <= 21; seed++) await train('noise', csvOf(seed, byLuck));
    const compared = (await ledger('noise')).filter(({ version }) => version > 1);
    expect(compared).toHaveLength(20);
    // By luck alone several are better than the champion, so that a plain "higher wins" would have promoted them.
    expect(compared.filter(({ evidence }) => evidence.comparison.gain > 0).length).toBeGreaterThan(4);
    // One in forty is allowed; more than two of twenty would come in one of seventy such tests.
    expect(compared.filter(({ promoted }) => promoted).length).toBeLessThanOrEqual(2);
  }, 240_000);

  it('promotes what was trained on clearly better data', async () => {
    const training = await train('noise', csvOf(100, bySignal));
    expect(training).toMatchObject({ promoted: true, reason: expect.stringMatching(/^better/) });
    const [row] = await ledger('noise');
    expect(row?.evidence.comparison.interval[0]).toBeGreaterThan(0);
    expect(row && failed(row)).toEqual([]);
  });

  it('refuses what was trained on a feature that gives the label away, and says which', async () => {
    await define('leaky');
    await train('leaky', csvOf(200, bySignal));
    const training = await train('leaky', csvOf(201, bySignal, true));
    expect(training).toMatchObject({ version: 2, promoted: false });
    const [row] = await ledger('leaky');
    expect(row).toMatchObject({ version: 2, promoted: false, reason: expect.stringContaining('disputed') });
    // It looks far better than the champion, on a holdout that leaks as well.
    expect(row?.evidence.comparison.interval[0]).toBeGreaterThan(0.05);
    expect(row && failed(row)).toEqual(['leaks']);
  });

  it('refuses what was trained on shuffled labels, with the evidence in the ledger', async () => {
    await define('shuffled');
    await train('shuffled', csvOf(300, bySignal));
    const training = await train('shuffled', csvOf(301, byLuck));
    expect(training).toMatchObject({ version: 2, promoted: false });
    const [row] = await ledger('shuffled');
    expect(row).toMatchObject({ version: 2, promoted: false, reason: expect.stringMatching(/^not better/) });
    expect(row?.evidence.comparison.interval[0]).toBeLessThanOrEqual(0);
    expect(row && failed(row)).not.toEqual([]);
  });
});
