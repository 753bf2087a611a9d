import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { KEY } from './service.js';

/** Two ways to compute the same probability in single precision. */
const SAME = 1e-6;
const POLL_MILLISECONDS = 100;
const PATIENCE_MILLISECONDS = 60_000;

/** What a server makes of a transaction. */
async function probabilityOf(url: string, body: string): Promise<number> {
  const headers = { 'X-API-Key': KEY, 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  const { probability } = (await answer.json()) as { probability: number };
  return probability;
}

/** @returns how many requests were answered @throws Error where two servers of the same model disagree */
export async function expectSameAnswers(urls: readonly string[], bodies: readonly string[]): Promise<number> {
  for (const body of bodies) {
    const answers = await Promise.all(urls.map((url) => probabilityOf(url, body)));
    if (Math.max(...answers) - Math.min(...answers) > SAME) {
      throw new Error(`the same model gives ${answers.join(' and ')} for ${body}`);
    }
  }
  return urls.length * bodies.length;
}

/** Waits until a server has its champion. @returns how many requests it answered */
export async function untilItScores(url: string, body: string): Promise<number> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const probability = await probabilityOf(url, body).catch((error: unknown) => {
      if (performance.now() > end) throw error;
      return null;
    });
    if (probability !== null) return 1;
    await delay(POLL_MILLISECONDS);
  }
}

/** Decisions in the table, once there are as many as that, or none have been added for a while. */
export async function countDecisions(databaseUrl: string, expected: number): Promise<number> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    for (let before = -1; ;) {
      const { rows } = await database.query<{ count: string }>('SELECT count(*) FROM decisions');
      const count = Number(rows[0]?.count);
      if (count >= expected || count === before) return count;
      before = count;
      await delay(10 * POLL_MILLISECONDS);
    }
  } finally {
    await database.end();
  }
}
