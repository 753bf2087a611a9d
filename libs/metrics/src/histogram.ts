import { Histogram as PromHistogram, type Registry } from 'prom-client';

/** The values of one combination of labels. Counting in it takes some nanoseconds, and allocates nothing. */
export class HistogramSeries {
  /** How many values lie within each bound and above the one before; the last: above all. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? Infinity)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** As prom-client exports a value of a metric. */
interface ExportedValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A histogram whose series are kept by whoever counts in them. prom-client's own sorts, checks and hashes the labels of
 * every value: some hundred times the work.
 */
export class Histogram<Label extends string> extends PromHistogram<Label> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { readonly labels: Labels<Label>; readonly series: HistogramSeries }>();

  constructor(name: string, help: string, labelNames: readonly Label[], bounds: readonly number[], registry: Registry) {
    super({ name, help, labelNames, buckets: [...bounds], registers: [registry] });
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  /** The series of these labels, made where there is none yet. */
  series(labels: Labels<Label>): HistogramSeries {
    const key = JSON.stringify(labels);
    let found = this.#series.get(key);
    if (!found) {
      found = { labels: { ...labels }, series: new HistogramSeries(this.#bounds) };
      this.#series.set(key, found);
    }
    return found.series;
  }

  /** Forgets the series of which all these labels are. */
  drop(labels: Partial<Labels<Label>>): void {
    const wanted = Object.entries(labels);
    for (const [key, { labels: its }] of this.#series) {
      if (wanted.every(([name, value]) => Reflect.get(its, name) === value)) this.#series.delete(key);
    }
  }

  /** What prom-client asks a histogram for, whichever form it exports; its types do not tell of it. */
  getForPromString(): object {
    const values = [...this.#series.values()].flatMap(({ labels, series }) => this.#valuesOf(labels, series));
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }

  #valuesOf(labels: Labels<Label>, { counts, sum }: HistogramSeries): ExportedValue[] {
    let count = 0;
    const buckets = [...counts].map((inBucket, at) => {
      count += inBucket;
      const le = this.#bounds[at] ?? '+Inf';
      return { metricName: `${this.#name}_bucket`, labels: { le }, sharedLabels: labels, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels: {}, sharedLabels: labels, value: sum },
      { metricName: `${this.#name}_count`, labels: {}, sharedLabels: labels, value: count },
    ];
  }
}
