import { describe, expect, it } from '@jest/globals';
import { newDecisionId } from './decision-record.js';

describe('newDecisionId', () => {
  it('gives ids in order, within a millisecond and where the clock goes back', () => {
    const now = Date.UTC(2026, 10, 21);
    const times = [...Array.from({ length: 2_000 }, () => now), now - 5_000, now + 1, now + 1];
    const ids = times.map(newDecisionId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(times.length);
  });

  it('gives version 7 UUIDs that begin with the time', () => {
    const later = Date.UTC(2027, 0, 1);
    const id = newDecisionId(later);
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(later);
  });
});
