import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SIMULATED_MODELS } from '@app/simulator';
import type { Collection } from '../../apps/postman/format.js';
import { postmanFiles } from '../../apps/postman/files.js';
import { startApp, type TestApp } from '../support/app.js';
import { runCollection } from '../support/newman.js';
import { trainSimulated } from '../support/training.js';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const DIRECTORY = root('docs/postman');
const COLLECTION = join(DIRECTORY, 'fraud-scoring.postman_collection.json');
const ENVIRONMENT = join(DIRECTORY, 'local.postman_environment.json');

async function read(directory: string): Promise<Record<string, string>> {
  const names = await readdir(directory);
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

/** The files of docs/postman that are not as they should be. */
async function older(wanted: Readonly<Record<string, string>>): Promise<string[]> {
  const committed = await read(DIRECTORY);
  return [...new Set([...Object.keys(wanted), ...Object.keys(committed)])]
    .filter((name) => wanted[name] !== committed[name])
    .map((name) => `docs/postman/${name} does not fit the routes: npm run postman`);
}

describe('the Postman collection', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    for (const model of SIMULATED_MODELS) await trainSimulated(app, model);
  });
  afterAll(() => app.stop());

  const collection = async (): Promise<Collection> => JSON.parse(await readFile(COLLECTION, 'utf8')) as Collection;

  it('is what the served document makes', async () => {
    const { body } = await app.request().get('/openapi.json').expect(200);
    expect(await older(postmanFiles(body))).toEqual([]);
  });

  it('is what `npm run postman` writes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-postman-'));
    await promisify(execFile)(process.execPath, [root('dist/apps/postman/main.js'), directory]);
    expect(await older(await read(directory))).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('has every operation of the document', async () => {
    const { paths } = (await app.request().get('/openapi.json').expect(200)).body as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} {{base_url}}${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const requests = (await collection()).item.flatMap(({ item }) => item.map(({ request }) => request));
    const sent = new Set(requests.map(({ method, url }) => `${method} ${url.raw}`));
    expect([...sent].sort()).toEqual(documented.sort());
  });

  it('marks what it uploads as simulated: it must never take over from what real data taught', async () => {
    const uploads = (await collection()).item
      .flatMap(({ item }) => item)
      .flatMap(({ request }) => (request.body?.mode === 'formdata' ? [request.body.formdata] : []));
    expect(uploads).toHaveLength(1);
    expect(uploads[0]).toContainEqual(expect.objectContaining({ key: 'simulated', value: 'true' }));
  });

  it('holds no key', async () => {
    const { values } = JSON.parse(await readFile(ENVIRONMENT, 'utf8'));
    expect(values).toContainEqual({ key: 'api_key', value: '', type: 'secret', enabled: true });
  });

  it.each(['once', 'and once more on the same application'])('runs from top to bottom, %s', async () => {
    const run = await runCollection(COLLECTION, ENVIRONMENT, { base_url: app.url, api_key: app.key });
    expect(run.failures).toEqual([]);
    expect(run.skipped).toEqual([]);
    // A request that waits for something is sent more than once.
    const names = (await collection()).item.flatMap(({ item }) => item.map(({ name }) => name));
    expect([...new Set(run.sent)]).toEqual(names);
    expect(run.assertions).toBeGreaterThanOrEqual(2 * names.length);
  });

  it('fails where an answer is not as documented', async () => {
    const run = await runCollection(COLLECTION, ENVIRONMENT, { base_url: app.url, api_key: 'wrong' });
    expect(run.failures).toContainEqual(expect.stringMatching(/^All models, .*: answers 200: .*403/));
    expect(run.failures.filter((failure) => /\/health/.test(failure))).toEqual([]);
  });
});
