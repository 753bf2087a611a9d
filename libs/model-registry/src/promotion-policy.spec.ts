import { describe, expect, it } from '@jest/globals';
import type { Feature } from '@app/features';
import type { PairedComparison } from './paired-comparison.js';
import { type Comparison, decidePromotion } from './promotion-policy.js';
import { promotionSettingsOf, type PromotionSettings } from './promotion-settings.js';

const features: readonly Feature[] = [
  { name: 'amount', type: 'number', nullable: false },
  { name: 'channel', type: 'category', nullable: true },
];
const result: PairedComparison = {
  metric: 'average_precision',
  challenger: 0.8,
  champion: 0.7,
  gain: 0.1,
  interval: [0.04, 0.16],
  confidence: 0.95,
  resamples: 1_000,
  calibrationError: { challenger: 0.01, champion: 0.012 },
};
/** One that passes every guard, but for what is given. */
const comparison = (changes: Partial<Comparison> = {}, settings: Partial<PromotionSettings> = {}): Comparison => ({
  settings: promotionSettingsOf({ promotion: settings }),
  result,
  holdoutFrauds: 80,
  features: { challenger: features, champion: features },
  simulatedAgainstReal: false,
  unmet: null,
  leaks: [],
  ...changes,
});
const failedBy = (given: Comparison): string[] =>
  decidePromotion(given).guards.flatMap(({ name, passed }) => (passed ? [] : [name]));

describe('decidePromotion', () => {
  it('promotes what passes every guard, and lists them', () => {
    const verdict = decidePromotion(comparison());
    expect(verdict).toMatchObject({
      promoted: true,
      reason: "better: average_precision 0.8000 against the champion's 0.7000 on the same holdout",
    });
    expect(verdict.guards.map(({ name, passed }) => [name, passed])).toEqual([
      ['mode', true],
      ['leaks', true],
      ['simulated_against_real', true],
      ['same_features', true],
      ['policy', true],
      ['min_frauds', true],
      ['gain', true],
      ['interval', true],
      ['calibration', true],
    ]);
  });

  it.each<[string, Partial<Comparison>, Partial<PromotionSettings>, string[], RegExp]>([
    ['manual mode', {}, { mode: 'manual' }, ['mode'], /manual mode/],
    ['a leak', { leaks: ['chargeback'] }, {}, ['leaks'], /chargeback nearly equals the label/],
    ['leaks', { leaks: ['a', 'b'] }, {}, ['leaks'], /a, b nearly equal the label/],
    ['simulated rows', { simulatedAgainstReal: true }, {}, ['simulated_against_real'], /simulated data/],
    [
      'costs that the policy asks for',
      { unmet: { kind: 'no_column', column: 'amount' } },
      {},
      ['policy'],
      /costs by "amount"/,
    ],
    ['a curve that it asks for', { unmet: { kind: 'no_curve' } }, {}, ['policy'], /a threshold curve/],
    ['few frauds', { holdoutFrauds: 9 }, {}, ['min_frauds'], /9, at least 10/],
    [
      'a calibration that got much worse',
      { result: { ...result, calibrationError: { challenger: 0.05, champion: 0.01 } } },
      {},
      ['calibration'],
      /0\.0500 against the champion's 0\.0100, at most 0\.02 more/,
    ],
    ['a tie', { result: { ...result, gain: 0 } }, {}, ['gain'], /not better/],
    ['a gain that does not reach', {}, { min_improvement: 0.1 }, ['gain'], /more than 0\.1 is asked for/],
    [
      'a gain that may be luck',
      { result: { ...result, interval: [0, 0.2] } },
      {},
      ['interval'],
      /0\.0000 to 0\.2000 at 95 %/,
    ],
    [
      'all at once, told by the first',
      { leaks: ['x'], holdoutFrauds: 0, result: { ...result, gain: -0.1, interval: [-0.2, 0] } },
      { mode: 'manual' },
      ['mode', 'leaks', 'min_frauds', 'gain', 'interval'],
      /manual mode/,
    ],
    [
      'what cannot be compared',
      { result: { ...result, gain: NaN, interval: [NaN, NaN] } },
      {},
      ['gain', 'interval'],
      /not better/,
    ],
  ])('refuses %s', (_, changes, settings, failed, reason) => {
    const given = comparison(changes, settings);
    expect(failedBy(given)).toEqual(failed);
    expect(decidePromotion(given)).toMatchObject({ promoted: false, reason: expect.stringMatching(reason) });
  });

  it.each<[string, readonly Feature[], string[]]>([
    ['another order', [...features].reverse(), []],
    ['one more', [...features, { name: 'age', type: 'number', nullable: false }], ['age']],
    ['one less', features.slice(0, 1), ['channel']],
    ['another type', [{ name: 'amount', type: 'category', nullable: false }, ...features.slice(1)], ['amount']],
  ])('with features of %s', (_, challenger, differing) => {
    const given = comparison({ features: { challenger, champion: features } });
    expect(failedBy(given)).toEqual(differing.length > 0 ? ['same_features'] : []);
    for (const name of differing) expect(decidePromotion(given).reason).toContain(name);
  });

  it('lets a leak pass where that is allowed, and says so', () => {
    const { promoted, guards } = decidePromotion(comparison({ leaks: ['x'] }, { refuse_leaks: false }));
    expect(promoted).toBe(true);
    expect(guards.find(({ name }) => name === 'leaks')?.detail).toContain('allowed');
  });

  it('needs no interval where the higher figure suffices', () => {
    const given = comparison({ result: { ...result, interval: [-1, 1] } }, { rule: 'higher' });
    expect(decidePromotion(given)).toMatchObject({ promoted: true });
    expect(decidePromotion(given).guards.map(({ name }) => name)).not.toContain('interval');
  });

  it('promotes a first version, but not in manual mode', () => {
    const first = { result: null, features: { challenger: features, champion: null }, holdoutFrauds: 0 };
    expect(decidePromotion(comparison(first))).toMatchObject({
      promoted: true,
      reason: 'first version: there was no champion',
    });
    expect(decidePromotion(comparison(first, { mode: 'manual' })).promoted).toBe(false);
  });

  it('replaces a champion that cannot score by what can be trusted', () => {
    const broken = { result: 'broken', holdoutFrauds: 0 } as const;
    expect(decidePromotion(comparison(broken))).toMatchObject({
      promoted: true,
      reason: 'the artefact of the champion was broken',
    });
    expect(failedBy(comparison(broken, { mode: 'manual' }))).toEqual(['mode']);
    expect(failedBy(comparison({ ...broken, leaks: ['x'] }))).toEqual(['leaks']);
    expect(failedBy(comparison({ ...broken, simulatedAgainstReal: true }))).toEqual(['simulated_against_real']);
  });
});
