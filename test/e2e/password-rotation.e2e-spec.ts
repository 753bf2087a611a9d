import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import pg from 'pg';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { type PostgresServer, startServer } from '../support/postgres-server.js';
import { commandsBelow, inShell } from '../support/production-guide.js';
import { FETCH_TIMEOUT } from '../support/tool.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const SECRETS = { NEW_PASSWORD: 'the-second-roles', ANOTHER_PASSWORD: 'the-first-roles-next' };

/** As a managed service's: no superuser, and no member of its own. */
const MASTER = 'master';

/** With the production guide's own commands, on a server whose roles are the suite's. */
describe.each(['a superuser', 'a role that may make roles'])("PostgreSQL's password, of %s", (kind) => {
  const managed = kind !== 'a superuser';
  let server: PostgresServer;
  let app: TestApp;
  let first: URL;
  let next: URL;
  let owner: string;
  let shell: (commands: string) => Promise<string>;
  beforeAll(async () => {
    // Since version 16, who may make roles may not do as it likes with all of them.
    server = await startServer({ newest: managed });
    const { postgres, programs, directory } = server;
    first = managed ? await ofMaster(postgres.url) : new URL(postgres.url);
    app = await startApp({ databaseUrl: first.href });
    await trainSimulated(app, 'payments', { rows: 1_000 });
    next = new URL(first);
    const ROLE = first.username;
    owner = managed ? `${ROLE}_owner` : ROLE;
    next.username = `${ROLE}_2`;
    next.password = SECRETS.NEW_PASSWORD;
    const env = { DATABASE_URL: first.href, NEXT_URL: next.href, ROLE, OWNER: owner, ...SECRETS };
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
    const [handOver = '', add = '', change = '', ...others] = commandsBelow("PostgreSQL's password");
    expect(others).toEqual([]);
    if (managed) {
      await shell(handOver);
      await untilScoring(app.url);
    }
    await shell(add);
    const second = await app.startSecondApi({ DATABASE_URL: next.href });
    await untilScoring(app.url);
    await untilScoring(second.url);
    await shell(change);
    await expect(shell(change)).rejects.toThrow('password authentication failed');
    await untilScoring(second.url);
  });

  it('is changed back, the second time', async () => {
    const [, , change = ''] = commandsBelow("PostgreSQL's password");
    const url = new URL(first);
    url.password = SECRETS.ANOTHER_PASSWORD;
    const third = await app.startSecondApi({ DATABASE_URL: url.href });
    await untilScoring(third.url);
    const again = change.replace('$DATABASE_URL', '$NEXT_URL').replace('ROLE $ROLE', 'ROLE ${ROLE}_2');
    await shell(again.replace('$ANOTHER_PASSWORD', '$NEW_PASSWORD'));
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
    expect((await psql(owners)).trim()).toBe(owner);
  });
});

/** A database of a role that is no superuser, as a managed service gives it. */
async function ofMaster(superuser: string): Promise<URL> {
  const client = new pg.Client({ connectionString: superuser });
  await client.connect();
  try {
    await client.query(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB PASSWORD 'of-the-master'`);
    await client.query(`CREATE DATABASE fraud OWNER ${MASTER}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(superuser), { username: MASTER, password: 'of-the-master', pathname: '/fraud' });
}
