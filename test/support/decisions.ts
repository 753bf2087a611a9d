import type { TestApp } from './app.js';

/** How many decisions are stored. */
export async function countDecisions(app: TestApp): Promise<number> {
  const { rows } = await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM decisions');
  return rows[0]?.n ?? NaN;
}

/** How many of these are stored. */
export async function countStored(app: TestApp, ids: readonly string[]): Promise<number> {
  const { rows } = await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM decisions WHERE id = ANY($1)', [
    ids,
  ]);
  return rows[0]?.n ?? NaN;
}

/** How many transactions of the database stored them: PostgreSQL keeps with each row which one it was. */
export async function countCommits(app: TestApp, ids: readonly string[]): Promise<number> {
  const { rows } = await app.db.query<{ n: number }>(
    'SELECT count(DISTINCT xmin::text)::int AS n FROM decisions WHERE id = ANY($1)',
    [ids],
  );
  return rows[0]?.n ?? NaN;
}
