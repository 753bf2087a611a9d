import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'fraud-scoring-test-';
const TEMPLATE = 'fraud_scoring_template';
const built = (lib) => new URL(`../../dist/libs/${lib}/src/index.js`, import.meta.url);

/**
 * Starts one PostgreSQL for all e2e suites and migrates the template that each of them clones (see `app.ts`). It runs
 * from the build, as the suites' processes do.
 */
export default async function globalSetup() {
  if (!existsSync(built('embedded'))) throw new Error('There is no build: run `npm test`, or `npm run build` first.');
  const { startPostgres } = await import(built('embedded'));
  const { migrate } = await import(built('database'));
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Root's PostgreSQL runs as another user, who must get to its data.
  chmodSync(directory, 0o711);
  const postgres = await startPostgres({ dataDir: join(directory, 'postgresql'), durable: false, maxConnections: 300 });
  globalThis.stopTestServices = async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await createTemplate(postgres.url, migrate);
  } catch (error) {
    await globalThis.stopTestServices();
    throw error;
  }
  process.env.TEST_DIRECTORY = directory;
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_TEMPLATE = TEMPLATE;
}

async function createTemplate(url, migrate) {
  const pg = createRequire(import.meta.url)('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = TEMPLATE;
  await migrate(template.href);
}

/** Data of test runs that were killed. */
function removeLeftovers() {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
