import { describe, expect, it } from '@jest/globals';
import type { HoldoutMetrics } from '@app/model-registry';
import type { MeasuredRows } from './measured-rows.js';
import { measure, type MeasureOptions } from './measure.js';

async function measured(rows: MeasuredRows, options: Partial<MeasureOptions> = {}): Promise<HoldoutMetrics> {
  return measure(rows, { threshold: 50, seed: 1, resamples: 2, ...options });
}

/*
 * pandas 1.5.3, numpy 1.24.2; `card` is the Fraud Detection Handbook's card_precision_top_k.
 *
 *   def card(df, top):
 *       out, found = [], []
 *       for d in sorted(df.d.unique()):
 *           day = df[(df.d == d) & ~df.c.isin(found)].groupby('c').max().sort_values('p', ascending=False)
 *           hit = list(day.reset_index().head(top).query('y == 1').c)
 *           found += hit; out.append(len(hit) / top)
 *       return np.mean(out)
 *   k = np.arange(6000)
 *   df = pd.DataFrame(dict(d=k // 1500, c=k * 7919 % 700, y=((k * k * 31 % 997) < 25).astype(int)))
 *   df['p'] = ((k * 2654435761 % 6007) / 8192 + df.y / 8).astype(np.float32)
 *   print(card(df, 100))
 *   p, y = df.p.values.astype(float), df.y.values
 *   o = np.argsort(-p, kind='stable')
 *   print([y[o][:n].mean() for n in (100, 500, 1000)])
 *   for w in (np.ones(6000), k % 3 + 1.):
 *       c = np.cumsum(w[o]); b = np.ceil(np.round(c * 15 / c[-1], 9)).astype(int)
 *       print(sum(abs((w[o] * (p[o] - y[o]))[b == i].sum()) for i in range(1, 16)) / c[-1])
 */
const rows = Array.from({ length: 6_000 }, (_, k) => k);
const labels = Uint8Array.from(rows, (k) => ((k * k * 31) % 997 < 25 ? 1 : 0));
const spread: MeasuredRows = {
  labels,
  probabilities: Float32Array.from(rows, (k) => ((k * 2654435761) % 6007) / 8192 + (labels[k] ?? 0) / 8),
  entities: Int32Array.from(rows, (k) => (k * 7919) % 700),
  times: Float64Array.from(rows, (k) => Math.floor(k / 1500) * 86_400 + 5),
};

describe('precision at k', () => {
  it('agrees with numpy', async () => {
    const { precision_at } = await measured(spread);
    expect(precision_at).toEqual([
      { k: 100, precision: 0.18 },
      { k: 500, precision: 0.048 },
      { k: 1_000, precision: 0.031 },
    ]);
  });

  it('takes what is tied at the end by its mean over all orders, and says nothing beyond the rows', async () => {
    // 60 surely first, all frauds; of the 80 tied after them, 20 frauds, half get in.
    const fraud = Uint8Array.from({ length: 160 }, (_, k) => (k < 60 || (k >= 120 && k < 140) ? 1 : 0));
    const probabilities = Float32Array.from(fraud, (_, k) => (k < 60 ? 0.75 : k < 140 ? 0.5 : 0.25));
    const { precision_at } = await measured({ labels: fraud, probabilities });
    expect(precision_at).toEqual([{ k: 100, precision: (60 + 10) / 100 }]);
    const backwards = await measured({ labels: fraud.toReversed(), probabilities: probabilities.toReversed() });
    expect(backwards.precision_at).toEqual(precision_at);
  });
});

describe('card precision@100', () => {
  it("agrees with the Handbook's", async () => {
    expect((await measured(spread)).card_precision_at_100).toBeCloseTo(0.0825, 12);
  });

  it('is null without entities or times', async () => {
    expect((await measured({ ...spread, entities: null })).card_precision_at_100).toBeNull();
    expect((await measured({ ...spread, times: null })).card_precision_at_100).toBeNull();
  });

  it('shares the last places out among equals, whatever the order of the rows', async () => {
    // Two days of 200 customers, all tied, the same 40 defrauded on both: half of them are found on the first day, then
    // 20 are left among the 180 that compete for 100 places.
    const count = 400;
    const twoDays: MeasuredRows = {
      labels: Uint8Array.from({ length: count }, (_, k) => (k % 200 < 40 ? 1 : 0)),
      probabilities: new Float32Array(count).fill(0.5),
      entities: Int32Array.from({ length: count }, (_, k) => k % 200),
      times: Float64Array.from({ length: count }, (_, k) => (k < 200 ? 0 : 86_400)),
    };
    const { card_precision_at_100: tied } = await measured(twoDays);
    expect(tied).toBeCloseTo((20 / 100 + 20 / 180) / 2, 12);
  });

  it('divides by the customers there are on a day of fewer', async () => {
    const { card_precision_at_100: few } = await measured({
      labels: Uint8Array.of(1, 0, 0, 0),
      probabilities: Float32Array.of(0.1, 0.9, 0.8, 0.2),
      entities: Int32Array.of(7, 7, 8, 9),
      times: Float64Array.of(10, 20, 30, -10),
    });
    // The day before 1970 has no fraud; on the first of 1970 customer 7 is one of two.
    expect(few).toBe((0 + 1 / 2) / 2);
  });
});

describe('expected cost', () => {
  const paid = {
    labels: Uint8Array.of(1, 1, 1, 0, 0, 0),
    probabilities: Float32Array.of(0.1, 0.4, 0.9, 0.1, 0.4, 0.9),
    costs: Float64Array.of(70, 700, 7_000, 1, 1, 1),
  };
  const cutOffs = { review: Math.fround(0.4), block: 0.8 };

  it('counts missed frauds, reviews and false alarms, each row by its weight', async () => {
    const costModel = { missedFraud: 100, falseAlarm: 10, review: 3 };
    expect((await measured(paid, { cutOffs, costModel })).expected_cost).toBeCloseTo(
      (100 + 3 + 0 + 0 + 3 + 10) / 6,
      12,
    );
    const own = await measured(paid, { cutOffs, costModel: { ...costModel, missedFraud: 'cost_column' } });
    expect(own.expected_cost).toBeCloseTo((70 + 3 + 0 + 0 + 3 + 10) / 6, 12);
    const weighted = await measured({ ...paid, weights: Float64Array.of(1, 1, 1, 4, 4, 4) }, { cutOffs, costModel });
    expect(weighted.expected_cost).toBeCloseTo((100 + 3 + 0 + 4 * (0 + 3 + 10)) / 15, 12);
  });

  it('gains nothing by a fraud of a negative amount', async () => {
    const costModel = { missedFraud: 'cost_column', falseAlarm: 10, review: 3 } as const;
    const refund = { ...paid, costs: Float64Array.of(-70, 700, 7_000, 1, 1, 1) };
    expect((await measured(refund, { cutOffs, costModel })).expected_cost).toBeCloseTo(
      (0 + 3 + 0 + 0 + 3 + 10) / 6,
      12,
    );
  });

  it('is null without a cost model or cut-offs, and asks for the costs that it needs', async () => {
    const costModel = { missedFraud: 'cost_column', falseAlarm: 10, review: 3 } as const;
    expect((await measured(paid, { cutOffs })).expected_cost).toBeNull();
    expect((await measured(paid, { costModel })).expected_cost).toBeNull();
    await expect(measured({ ...paid, costs: null }, { cutOffs, costModel })).rejects.toThrow(RangeError);
  });
});

describe('calibration error and reliability', () => {
  it('agree with numpy', async () => {
    expect((await measured(spread)).calibration_error).toBeCloseTo(0.344592610677, 11);
    const weights = Float64Array.from(rows, (k) => (k % 3) + 1);
    expect((await measured({ ...spread, weights })).calibration_error).toBeCloseTo(0.344626851399, 11);
  });

  it('bins the rows, none twice and none left out', async () => {
    const { reliability, calibration_error, weight } = await measured(spread);
    expect(reliability).toHaveLength(15);
    expect(reliability.reduce((sum, bin) => sum + bin.rows, 0)).toBe(6_000);
    for (const [index, bin] of reliability.entries()) {
      expect(bin.from).toBeLessThanOrEqual(bin.mean_probability);
      expect(bin.to).toBeGreaterThanOrEqual(bin.mean_probability);
      expect(bin.from).toBeGreaterThan(reliability[index - 1]?.to ?? -1);
    }
    const stray = reliability.reduce(
      (sum, bin) => sum + bin.weight * Math.abs(bin.mean_probability - bin.fraud_share),
      0,
    );
    expect(stray / weight).toBeCloseTo(calibration_error, 12);
  });

  it('keeps equal probabilities in one bin', async () => {
    const { reliability } = await measured({
      labels: Uint8Array.of(0, 1, 0, 1),
      probabilities: Float32Array.of(0.5, 0.5, 0.5, 1),
    });
    expect(reliability).toEqual([
      { from: 0.5, to: 0.5, mean_probability: 0.5, fraud_share: 1 / 3, rows: 3, weight: 3 },
      { from: 1, to: 1, mean_probability: 1, fraud_share: 1, rows: 1, weight: 1 },
    ]);
  });
});
