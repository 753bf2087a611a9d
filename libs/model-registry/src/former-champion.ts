import type { Promotion } from './promotion.entity.js';

type Change = Pick<Promotion, 'kind' | 'versionId'>;

/**
 * Which version decided before the present champion did. A rollback takes the last change back, so that the next one
 * goes a step further, and not forth again.
 * @param changes the rows of the ledger that made a champion, oldest first
 * @returns the version's id, or null when there was none before
 */
export function formerChampion(changes: readonly Change[]): number | null {
  const champions: number[] = [];
  for (const { kind, versionId } of changes) {
    if (kind === 'rollback') champions.pop();
    else champions.push(versionId);
  }
  return champions.at(-2) ?? null;
}
