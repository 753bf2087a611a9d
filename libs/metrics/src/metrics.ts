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

/** What this process counts and measures, for Prometheus. Each lib makes its own figures here, once. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly logger = new Logger(Metrics.name);
  private readonly registry = new Registry();

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
  ): void {
    const { logger } = this;
    new Gauge({
      name,
      help,
      labelNames,
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

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
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
