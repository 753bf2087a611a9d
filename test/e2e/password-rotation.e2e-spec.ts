import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { type PostgresServer, startServer } from '../support/postgres-server.js';
import { commandsBelow, inShell } from '../support/production-guide.js';
import { FETCH_TIMEOUT } from '../support/tool.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const SECRETS = { NEW_PASSWORD: 'the-second-roles', ANOTHER_PASSWORD: 'the-first-roles-next' };

/** With the production guide's own commands, on a server whose roles are the suite's. */
describe("PostgreSQL's password", () => {
  let server: PostgresServer;
  let app: TestApp;
  let next: URL;
  let shell: (commands: string) => Promise<string>;
  beforeAll(async () => {
    server = await startServer();
    const { postgres, programs, directory } = server;
    app = await startApp({ databaseUrl: postgres.url });
    await trainSimulated(app, 'payments', { rows: 1_000 });
    next = new URL(postgres.url);
    const ROLE = next.username;
    next.username = `${ROLE}_2`;
    next.password = SECRETS.NEW_PASSWORD;
    const env = { DATABASE_URL: postgres.url, NEXT_URL: next.href, ROLE, ...SECRETS };
    shell = (commands) => inShell(commands, { cwd: directory, env, path: programs });
  }, FETCH_TIMEOUT);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  function untilScoring(url: string): Promise<boolean> {
    const score = (): supertest.Test =>
      supertest(url).post('/v1/models/payments/score').set('X-API-Key', app.key).send(exampleTransaction('payments'));
    return waitFor(async () => (await score()).status === 200, { what: `${url} to score` });
  }

  it('is changed while every process scores', async () => {
    const [add = '', change = '', ...others] = commandsBelow("PostgreSQL's password");
    expect(others).toEqual([]);
    await shell(add);
    const second = await app.startSecondApi({ DATABASE_URL: next.href });
    await untilScoring(app.url);
    await untilScoring(second.url);
    await shell(change);
    await expect(shell(change)).rejects.toThrow('password authentication failed');
    await untilScoring(second.url);
  });

  it('leaves everything with one owner, also what is made later', async () => {
    const psql = (sql: string): Promise<string> =>
      shell(`psql "$NEXT_URL" --no-align --tuples-only --command="${sql}"`);
    const newest = `SELECT max(tablename) FROM pg_tables WHERE tablename ~ '^decisions_2'`;
    const partition = (await psql(newest)).trim();
    await psql(`DROP TABLE ${partition}`);
    const third = await app.startSecondApi({ DATABASE_URL: next.href });
    await untilScoring(third.url);
    await waitFor(async () => (await psql(newest)).trim() === partition, { what: 'the partition to be made anew' });
    const owners = `SELECT DISTINCT tableowner FROM pg_tables WHERE tablename ~ '^(decisions|models)'`;
    expect((await psql(owners)).trim()).toBe(new URL(server.postgres.url).username);
  });
});
