import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KEY } from './service.js';
import { endedCpuSeconds } from './usage.js';

const SET_UP = fileURLToPath(new URL('../../apps/standalone/tool.mjs', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../bench/wrk.lua', import.meta.url));
/** One core's worth of requests is more than one thread of wrk can always send beside two cores' worth of servers. */
const THREADS = availableParallelism() > 2 ? 2 : 1;
/** An answer that takes longer counts as failed. */
const PATIENCE = '30s';

const run = promisify(execFile);

/** What wrk saw of one server. */
export interface Load {
  /** Requests that were answered. */
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of a core, all threads of wrk together; NaN where it cannot be told. */
  readonly generatorCores: number;
}

/** @returns wrk's path; it is fetched first where this machine has none. @throws Error with the line on what to install */
export async function findWrk(): Promise<string> {
  const { stdout } = await run(process.execPath, [SET_UP, 'wrk']);
  return stdout.trim();
}

/**
 * Keeps `clients` connections busy for `seconds`, each with one request at a time.
 * @param file the bodies, one a line
 * @throws Error when an answer was none of success, or a connection broke
 */
export async function load(
  wrk: string,
  { url, file, clients, seconds }: { url: string; file: string; clients: number; seconds: number },
): Promise<Load> {
  const threads = Math.min(THREADS, clients);
  const options = ['--threads', threads, '--connections', clients, '--duration', `${seconds}s`, '--timeout', PATIENCE];
  const before = await endedCpuSeconds();
  const { stdout } = await run(wrk, [...options.map(String), '--script', SCRIPT, url, '--', file, KEY]);
  const cores = (await endedCpuSeconds()) - before;
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk told nothing of ${url}:\n${stdout}`);
  const seen = JSON.parse(line) as Omit<Load, 'perSecond' | 'generatorCores'> & Counts;
  if (seen.failed > 0 || seen.broken > 0 || seen.requests === 0) {
    throw new Error(`${url}: ${seen.failed} of ${seen.requests} answers were refusals, ${seen.broken} broke off`);
  }
  return { ...seen, perSecond: seen.requests / seen.seconds, generatorCores: cores / seen.seconds };
}

interface Counts {
  readonly seconds: number;
  readonly failed: number;
  readonly broken: number;
}
