import { AggregatorRegistry, type Registry } from 'prom-client';
import { type Figures, isCounted } from './metrics.js';

/**
 * Adds up what several processes show. What those counted that are gone stays in the sum, as far as it was told: a counter
 * that falls is to Prometheus one that began again at 0, and then all that is left would count once more.
 */
export class ProcessSum {
  private readonly latest = new Map<number, Figures>();
  private departed: Promise<Figures> = Promise.resolve([]);

  /** What a process shows now takes the place of what it showed before, figure by figure. @param id never given again */
  update(id: number, figures: Figures): void {
    const names = new Set(figures.map(({ name }) => name));
    const kept = this.latest.get(id)?.filter(({ name }) => !names.has(name)) ?? [];
    this.latest.set(id, [...figures, ...kept]);
  }

  /** A process is gone: what it counted stays, what it showed of a moment goes. */
  depart(id: number): void {
    const counted = this.latest.get(id)?.filter(isCounted) ?? [];
    this.latest.delete(id);
    this.departed = this.departed.then((before) =>
      sumOf([before, counted])
        .getMetricsAsJSON()
        .catch(() => before),
    );
  }

  /** The sums in Prometheus' text format. */
  async text(): Promise<string> {
    // Both as they are now: a process that departs meanwhile must not be missing in both.
    const latest = [...this.latest.values()];
    return sumOf([...latest, await this.departed]).metrics();
  }
}

function sumOf(processes: readonly Figures[]): Registry {
  return AggregatorRegistry.aggregate([...processes]);
}
