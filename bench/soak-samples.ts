import { readFile } from 'node:fs/promises';
import { KEY } from './service.js';
import type { Sample } from './soak-memory.js';

const KIBIBYTE = 1024;

/** What was measured at one moment; memory in bytes, the event loop's delay in milliseconds. */
export interface Measurement {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly api: number;
  readonly apiHeap: number;
  readonly apiLag: number;
  readonly worker: number;
  readonly workerHeap: number;
  /** All its processes; what they share is counted once. */
  readonly postgres: number;
}

/** Where to measure. */
export interface Measured {
  readonly apiMetrics: string;
  readonly workerMetrics: string;
  readonly postgresPid: number;
}

export async function measure({ apiMetrics, workerMetrics, postgresPid }: Measured, at: number): Promise<Measurement> {
  const [api, worker, postgres] = await Promise.all([
    metricsAt(apiMetrics),
    metricsAt(workerMetrics),
    sharedMemory(postgresPid),
  ]);
  return {
    at,
    api: valueOf(api, 'process_resident_memory_bytes'),
    apiHeap: valueOf(api, 'nodejs_heap_size_used_bytes'),
    apiLag: valueOf(api, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    worker: valueOf(worker, 'process_resident_memory_bytes'),
    workerHeap: valueOf(worker, 'nodejs_heap_size_used_bytes'),
    postgres,
  };
}

export function samplesOf(
  measurements: readonly Measurement[],
  what: 'api' | 'apiHeap' | 'worker' | 'workerHeap' | 'postgres',
): Sample[] {
  return measurements.map((measurement) => ({ at: measurement.at, bytes: measurement[what] }));
}

export function csvOf(measurements: readonly Measurement[]): string {
  const names = ['at', 'api', 'apiHeap', 'apiLag', 'worker', 'workerHeap', 'postgres'] as const;
  const lines = measurements.map((measurement) => names.map((name) => String(measurement[name])).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

async function metricsAt(address: string): Promise<string> {
  const response = await fetch(address, { headers: { 'X-API-Key': KEY } });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.text();
}

function valueOf(metrics: string, name: string): number {
  const value = new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`the metrics lack ${name}`);
  return Number(value);
}

/** Proportional set sizes of a process and its children, in bytes. Linux only. */
async function sharedMemory(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const sizes = [pid, ...children.split(' ').filter(Boolean)].map(async (each) => {
    // A process that has ended meanwhile holds nothing.
    const text = await readFile(`/proc/${each}/smaps_rollup`, 'utf8').catch(() => '');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * KIBIBYTE;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
