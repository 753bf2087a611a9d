import { describe, expect, it } from '@jest/globals';
import { formerChampion } from './former-champion.js';

describe('formerChampion', () => {
  const promoted = (versionId: number) => ({ kind: 'comparison', versionId }) as const;
  const chosen = (versionId: number) => ({ kind: 'manual', versionId }) as const;
  const back = (versionId: number) => ({ kind: 'rollback', versionId }) as const;

  it.each([
    ['nothing', [], null],
    ['a first champion', [promoted(1)], null],
    ['a second one', [promoted(1), promoted(3)], 1],
    ['one that a person chose', [promoted(1), promoted(3), chosen(2)], 3],
    ['a rollback', [promoted(1), promoted(2), promoted(3), back(2)], 1],
    ['two rollbacks', [promoted(1), promoted(2), promoted(3), back(2), back(1)], null],
    ['a promotion after a rollback', [promoted(1), promoted(2), back(1), promoted(3)], 1],
    ['a version that came round', [promoted(1), promoted(2), chosen(1)], 2],
  ])('after %s', (_, changes, expected) => {
    expect(formerChampion(changes)).toBe(expected);
  });
});
