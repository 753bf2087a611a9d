import { Logger } from '@nestjs/common';
import { errorMessage } from '@app/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Counter } from './counter.js';
import { Histogram } from './histogram.js';

/** A scrape waits so long for a figure that must be asked for; then it does without. */
const READ_MILLISECONDS = 2_000;

/** A figure as it is now, by its labels. */
export interface Sample<Label extends string> {
  readonly labels: Partial<Record<Label, string>>;
  readonly value: number;
}

/** What a process shows, as it tells it to another one. */
export type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What several processes show together: `each` is a series of each of them, by the label `process`. */
export type Together = 'sum' | 'max' | 'min' | 'each';

/** Its change shows a restart, also of one of several. */
const START_TIME = 'process_start_time_seconds';

/** What this process counts and measures, for Prometheus. Each lib makes its own figures here, once. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly logger = new Logger(Metrics.name);
  private readonly registry = new Registry();
  private readonly shownByEach = new Set<string>();

  constructor() {
    // Memory, CPU, garbage collection, event-loop delay, start time.
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter(name, help, labelNames, this.registry);
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ): Pick<Histogram<Label>, 'series' | 'drop'> {
    return new Histogram(name, help, labelNames, buckets, this.registry);
  }

  /** A figure that is read when it is asked for. One that cannot be read is left out; the others still come. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: () => readonly Sample<Label>[] | Promise<readonly Sample<Label>[]>,
    together: Together = 'sum',
  ): void {
    const { logger } = this;
    if (together === 'each') this.shownByEach.add(name);
    new Gauge({
      name,
      help,
      labelNames,
      aggregator: together === 'each' ? 'first' : together,
      registers: [this.registry],
      async collect() {
        try {
          const samples = await inTime(read());
          this.reset();
          for (const { labels, value } of samples) this.set(labels, value);
        } catch (error) {
          this.reset();
          // Without labels it is 0 after that, which is a figure, too.
          if (labelNames.length === 0) this.remove();
          logger.debug(`${name} cannot be read: ${errorMessage(error)}`);
        }
      },
    });
  }

  /** The sum of what a figure shows now; 0 where there is none of this name. */
  async valueOf(name: string): Promise<number> {
    const { values } = (await this.registry.getSingleMetric(name)?.get()) ?? { values: [] };
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  /** All of it, to be added up with what others show. @param process which of them this one is, e.g. `2` */
  async figures(process: string): Promise<Figures> {
    const all = await this.registry.getMetricsAsJSON();
    return all.map((figure) => {
      if (figure.name === START_TIME) return { ...figure, aggregator: 'max' };
      if (!this.shownByEach.has(figure.name)) return figure;
      return { ...figure, values: figure.values.map((each) => ({ ...each, labels: { ...each.labels, process } })) };
    });
  }

  /** What only grows: nothing is asked for that may be away. */
  async counted(): Promise<Figures> {
    const names = this.registry.getMetricsAsArray().filter(isCounted);
    const figures = names.map(async ({ name }) => this.registry.getSingleMetric(name)?.get());
    return (await Promise.all(figures)).filter((figure) => figure !== undefined);
  }

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

/** Whether a figure is one that grows for as long as its process lives. Its type is a text, whatever the typings say. */
export function isCounted({ type }: { readonly type: unknown }): boolean {
  return type === 'counter' || type === 'histogram';
}

async function inTime<T>(work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${READ_MILLISECONDS} ms`));
    }, READ_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
