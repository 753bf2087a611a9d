import { Counter as PromCounter, type Registry } from 'prom-client';
import type { Labels } from './histogram.js';

/** The count of one combination of labels. */
export class CounterSeries {
  /** What prom-client's counter has not been told of yet. */
  pending = 0;

  add(count = 1): void {
    this.pending += count;
  }
}

/** A counter whose series are kept by whoever counts in them: prom-client hears of them when it is asked. */
export class Counter<Label extends string> {
  private readonly all = new Map<string, { readonly labels: Labels<Label>; readonly series: CounterSeries }>();
  private readonly counter: PromCounter<Label>;

  constructor(name: string, help: string, labelNames: readonly Label[], registry: Registry) {
    const { all } = this;
    this.counter = new PromCounter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        for (const { labels, series } of all.values()) {
          this.inc(labels, series.pending);
          series.pending = 0;
        }
      },
    });
  }

  /** The series of these labels, made where there is none yet. */
  series(labels: Labels<Label>): CounterSeries {
    const key = JSON.stringify(labels);
    let found = this.all.get(key);
    if (!found) this.all.set(key, (found = { labels: { ...labels }, series: new CounterSeries() }));
    return found.series;
  }

  /** Forgets the series of these labels. */
  drop(labels: Labels<Label>): void {
    this.all.delete(JSON.stringify(labels));
    this.counter.remove(labels);
  }
}
