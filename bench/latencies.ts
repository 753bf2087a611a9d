import { Pool } from 'undici';
import { KEY } from './service.js';

/** One request that is timed. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** In milliseconds. */
export interface Latencies {
  readonly median: number;
  readonly p99: number;
}

/**
 * Sends the requests over so many kept connections, each as soon as the one before it is answered.
 * @throws Error when one is not answered with 200
 */
export async function latenciesOf(
  url: string,
  requests: readonly Request[],
  connections: number,
  signal: AbortSignal,
): Promise<Latencies> {
  const pool = new Pool(url, { connections });
  const milliseconds: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      signal.throwIfAborted();
      const since = performance.now();
      await send(pool, request);
      milliseconds.push(performance.now() - since);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    await pool.close();
  }
  milliseconds.sort((a, b) => a - b);
  return { median: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
}

async function send(pool: Pool, { method, path, body }: Request): Promise<void> {
  const headers = { 'X-API-Key': KEY, ...(body !== undefined && { 'Content-Type': 'application/json' }) };
  const answer = await pool.request({ method, path, headers, body: body ?? null });
  await answer.body.dump({ limit: Infinity });
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} answered ${answer.statusCode}`);
}

/** Of sorted values: the smallest that at least this share of them does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
