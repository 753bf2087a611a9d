import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@app/embedded';
import { pathOf } from './tool.js';
import { waitFor } from './wait-for.js';

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const RULES = file('docker/prometheus');

export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly metric: Labels;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

interface Sample {
  readonly metric: Labels;
  readonly value: readonly [seconds: number, value: string];
}

/** A rule as Prometheus reports of it. */
export interface Rule {
  readonly type: 'recording' | 'alerting';
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

export interface Target {
  readonly labels: Labels;
  readonly health: string;
}

interface Options {
  /** An empty directory of its own. */
  readonly directory: string;
  /** By the name of a job in docker/prometheus/prometheus.yml, the port where it is scraped. */
  readonly ports: Readonly<Record<string, number>>;
  /** What it remembers, in OpenMetrics' text format. */
  readonly history: string;
}

/** A real Prometheus with the project's own configuration and rules, which scrapes this machine, and more often. */
export class Prometheus {
  private readonly since = Date.now();

  private constructor(
    private readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @throws Error with its output, or with the line on what to install */
  static async start({ directory, ports, history }: Options): Promise<Prometheus> {
    const [prometheus, promtool] = [await pathOf('prometheus'), await pathOf('promtool')];
    const data = join(directory, 'data');
    await mkdir(data, { recursive: true });
    const [config, remembered] = [join(directory, 'prometheus.yml'), join(directory, 'history.txt')];
    await writeFile(config, adapted(await readFile(join(RULES, 'prometheus.yml'), 'utf8'), ports));
    for (const name of ['recording.yml', 'alerts.yml']) {
      await writeFile(join(directory, name), impatient(await readFile(join(RULES, name), 'utf8')));
    }
    await writeFile(remembered, history);
    await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', remembered, data]);
    const address = `127.0.0.1:${await freePort()}`;
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`];
    const child = spawn(prometheus, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (text) => (output += String(text)));
    const started = new Prometheus(`http://${address}`, child);
    try {
      await waitFor(async () => (await fetch(`${started.url}/-/ready`)).ok, { what: 'Prometheus' });
    } catch {
      await started.stop();
      throw new Error(`Prometheus does not get ready:\n${output}`);
    }
    return started;
  }

  /** The series for which a query gave a number at any second since `since`, in milliseconds: its start, unless told. */
  async series(query: string, since = this.since): Promise<readonly Labels[]> {
    const { result } = await this.ask<{ result: Series[] }>('query_range', {
      query,
      start: String(since / 1_000),
      end: String(Date.now() / 1_000),
      step: '1',
    });
    return result.filter(({ values }) => values.some(([, value]) => value !== 'NaN')).map(({ metric }) => metric);
  }

  /** What a query gives at one moment, in seconds, by the value of a label. */
  async values(query: string, label: string, time: number): Promise<Readonly<Record<string, number>>> {
    const { result } = await this.ask<{ result: Sample[] }>('query', { query, time: String(time) });
    return Object.fromEntries(result.map(({ metric, value: [, value] }) => [metric[label] ?? '', Number(value)]));
  }

  async rules(): Promise<readonly Rule[]> {
    const { groups } = await this.ask<{ groups: { rules: Rule[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async targets(): Promise<readonly Target[]> {
    return (await this.ask<{ activeTargets: Target[] }>('targets')).activeTargets;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  private async ask<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const { data, error } = (await answer.json()) as { data?: T; error?: string };
    if (data === undefined) throw new Error(`Prometheus on ${query.query ?? path}: ${error}`);
    return data;
  }
}

/** The project's configuration with the addresses of this machine, and a scrape a second. */
function adapted(config: string, ports: Options['ports']): string {
  return Object.entries(ports)
    .reduce(
      (text, [job, port]) =>
        text.replace(
          new RegExp(`(job_name: ${job}\\n +)dns_sd_configs:.*`),
          `$1static_configs: [{ targets: ['127.0.0.1:${port}'] }]`,
        ),
      config,
    )
    .replace(/_interval: \d+s$/gm, '_interval: 1s');
}

/** Rules whose alarms fire at once; for how long they must last is what promtool's tests are about. */
function impatient(rules: string): string {
  return rules.replace(/\bfor: \w+$/gm, 'for: 0s');
}
