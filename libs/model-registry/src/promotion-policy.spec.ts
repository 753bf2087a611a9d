import { describe, expect, it } from '@jest/globals';
import { decidePromotion } from './promotion-policy.js';

describe('decidePromotion', () => {
  it.each([
    ['average_precision', 0.8, 0.7, true],
    ['average_precision', 0.7, 0.8, false],
    ['f1', 0.5, 0.5, false],
    ['log_loss', 0.1, 0.2, true],
    ['brier', 0.2, 0.1, false],
    ['log_loss', 0.1, 0.1, false],
  ] as const)('%s %d against %d → %s', (metric, challenger, champion, promoted) => {
    const verdict = decidePromotion({ metric, challenger, champion, simulatedAgainstReal: false });
    expect(verdict.promoted).toBe(promoted);
    expect(verdict.reason).toContain(challenger.toFixed(4));
    expect(verdict.reason).toContain(champion.toFixed(4));
  });

  it('never promotes what learned from simulated rows over what learned from real ones', () => {
    const verdict = decidePromotion({ metric: 'f1', challenger: 1, champion: 0, simulatedAgainstReal: true });
    expect(verdict).toEqual({ promoted: false, reason: expect.stringContaining('simulated') });
  });

  it('promotes a first version, however poor', () => {
    expect(decidePromotion({ metric: 'f1', challenger: 0, champion: null, simulatedAgainstReal: false }).promoted).toBe(
      true,
    );
  });

  it('promotes over a champion that cannot score', () => {
    const broken = { metric: 'log_loss', challenger: 9, champion: 'broken' } as const;
    const verdict = decidePromotion({ ...broken, simulatedAgainstReal: false });
    expect(verdict).toEqual({ promoted: true, reason: 'the artefact of the champion was broken' });
    expect(decidePromotion({ ...broken, simulatedAgainstReal: true }).promoted).toBe(false);
  });
});
