/** The samples of a text in Prometheus' format: `name{a="b"}` → value. */
export class Samples {
  private readonly lines: readonly { readonly name: string; readonly labels: string; readonly value: number }[];

  constructor(readonly text: string) {
    this.lines = [...text.matchAll(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/gm)].map(
      ([, name = '', labels = '', value]) => ({
        name,
        labels,
        value: Number(value),
      }),
    );
  }

  /** The sum of the samples of a name that have all these labels; undefined where there is none. */
  sum(name: string, labels: Readonly<Record<string, string | number>> = {}): number | undefined {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const found = this.lines.filter((line) => {
      const has = new Set(line.labels.match(/\w+="[^"]*"/g));
      return line.name === name && wanted.every((label) => has.has(label));
    });
    return found.length === 0 ? undefined : found.reduce((total, { value }) => total + value, 0);
  }

  /** The names of all samples. */
  get names(): readonly string[] {
    return [...new Set(this.lines.map(({ name }) => name))];
  }

  /** The different values of a label of a metric. */
  valuesOf(name: string, label: string): readonly string[] {
    const values = this.lines
      .filter((line) => line.name === name)
      .flatMap(({ labels }) => new RegExp(`\\b${label}="([^"]*)"`).exec(labels)?.[1] ?? []);
    return [...new Set(values)].sort();
  }
}

/** Asks a port for metrics, which asks for no key. */
export async function scrape(port: number): Promise<Samples> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (answer.status !== 200) throw new Error(`the metrics of port ${port} answered ${answer.status}`);
  return new Samples(await answer.text());
}
