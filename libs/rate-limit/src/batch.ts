import type { Count } from './redis-counter.js';

type Counts = ReadonlyMap<string, Count>;

/** Hits that are counted by one command. */
export class Batch {
  readonly hits = new Map<string, number>();
  /** Whether somebody waits for the answer. */
  urgent = false;
  private settled!: (counts: Counts | null) => void;
  private readonly counts = new Promise<Counts | null>((resolve) => {
    this.settled = resolve;
  });

  get empty(): boolean {
    return this.hits.size === 0;
  }

  /** @returns which hit of its key within this batch it is, from 1 */
  add(key: string): number {
    const place = (this.hits.get(key) ?? 0) + 1;
    this.hits.set(key, place);
    return place;
  }

  /** Ends the waiting; null: nobody knows the counts yet. Only the first call has an effect. */
  settle(counts: Counts | null): void {
    this.settled(counts);
  }

  /** Which hit of its window the one at `place` has become; null when nobody knows. */
  async placeOf(key: string, place: number): Promise<Count | null> {
    const counts = await this.counts;
    const count = counts?.get(key);
    return count ? { ...count, hits: count.hits - (this.hits.get(key) ?? 0) + place } : null;
  }
}
