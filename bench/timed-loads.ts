import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface TimedLoadOrder {
  /** Where to score. */
  readonly url: string;
  /** A file with a body on each line. */
  readonly bodies: string;
  readonly clients: number;
  /** How many requests arrive in a second; null: each client sends the next one when it has its answer. */
  readonly perSecond: number | null;
  /** The file for what was seen. */
  readonly out: string;
}

/** What became of each request, in the order of their ends. */
export interface TimedRequests {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly arrived: Float64Array;
  readonly ended: Float64Array;
  /** 0: the connection broke. */
  readonly status: Float64Array;
  readonly version: Float64Array;
  /** Processor time that sending took. */
  readonly cpuSeconds: number;
}

/** @returns what ends the load and tells what was seen */
export function startTimedLoad(order: TimedLoadOrder): () => Promise<TimedRequests> {
  const child = fork(fileURLToPath(new URL('timed-load.js', import.meta.url)), [JSON.stringify(order)], {
    execArgv: [],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the load ended by itself: ${code}`)));
  failed.catch(() => null);
  return async () => {
    child.send('stop');
    const [told] = (await Promise.race([once(child, 'message'), failed])) as [{ cpuSeconds: number }];
    return { ...split(await readFile(order.out)), ...told };
  };
}

function split(bytes: Buffer): Omit<TimedRequests, 'cpuSeconds'> {
  const all = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float64Array.BYTES_PER_ELEMENT);
  const column = (at: number): Float64Array => {
    const values = new Float64Array(all.length / COLUMNS);
    for (let row = 0; row < values.length; row++) values[row] = all[row * COLUMNS + at] ?? NaN;
    return values;
  };
  return { count: all.length / COLUMNS, arrived: column(0), ended: column(1), status: column(2), version: column(3) };
}

const COLUMNS = 4;
