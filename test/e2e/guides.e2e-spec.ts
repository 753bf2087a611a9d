import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PassingAnswer, startAlteringProxy } from '../support/altering-proxy.js';
import { startApp, type TestApp } from '../support/app.js';
import { simulatedCsv, trainSimulated } from '../support/training.js';

const GUIDES = fileURLToPath(new URL('../../docs/guides/', import.meta.url));
const SHARED = ['card-transaction.mjs', 'client.mjs'];
const MET = 'The contract is met.';

/** Which lines of its output show that a guide went all its way. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  'payments.mjs': [
    '← 200 {"status":"success","message":"pong!"}',
    '→ POST /api/v1/model/training {"dataset":"http://127.0.0.1:',
    '← 200 {"status":"processed"}',
    '← 200 {"modelname": "payments",',
    '← 200 {"predictions":[',
    '  ✓ without a key: 403',
  ],
  'card-scoring.mjs': [
    '← 200 {"status":"healthy","model_loaded":true}',
    '  ✓ the answer has exactly fraud-score, is-fraud, model-version',
    '  ✓ in its order, each as it is scored alone',
    '  ✓ without a key: 403',
  ],
  'card-container.mjs': [
    '← 200 {"data":{"status":"ok"}}',
    '← 200 {"credit-card-fraud": {"a": 0.0, "b": 1.0, "c": 0.0}}',
    '← 200 {"predictions": [0.0, 1.0]}',
    '  ✓ without a key: 403',
  ],
  'credit-account.mjs': [
    '← 200 [{"customer_id": "c-2", "fraud_probability": ',
    '  ✓ the customer is c-2, as it was sent',
    '  ✓ without a key: 403',
  ],
};

/** What a service could get wrong, and the sentence of the guide that says so. */
const MISTAKES: readonly (readonly [string, string, (answer: PassingAnswer) => PassingAnswer, string])[] = [
  ['payments.mjs', 'POST /api/v1/training', withStatus(202), 'a training gets 201'],
  ['payments.mjs', 'POST /api/v1/training', replacing(/"id":(\d+)/, '"id":"$1"'), 'the answer is an id alone'],
  ['payments.mjs', 'POST /api/v1/model/predict', replacing(/\d/, 'true'), 'it is one number, 0 or 1'],
  ['payments.mjs', 'GET /api/v1/model/healthy', replacing('"f1"', '"F1"'), 'f1, precision, auc are from 0 to 1'],
  ['card-scoring.mjs', 'POST /v1/fraud-score', replacing('fraud-score', 'fraud_score'), 'the answer has exactly'],
  ['card-scoring.mjs', 'POST /v1/fraud-score', replacing(/":(\d+),/, '":$1.5,'), 'the score is a whole number'],
  ['card-scoring.mjs', 'POST /v1/fraud-score/batch', reversed(), 'in its order, each as it is scored alone'],
  ['card-scoring.mjs', 'GET /v1/model-info', withStatus(503), 'model-info is there'],
  ['card-container.mjs', 'POST /invocations', replacing(/([01])\.0/, '$1'), 'a float to Python'],
  ['card-container.mjs', 'GET /ping', withStatus(403), '/ping needs no key'],
  ['credit-account.mjs', 'POST /fraud_detection', reversed(), 'the customer is c-2, as it was sent'],
  ['credit-account.mjs', 'POST /fraud_detection', withStatus(201), 'a list of one customer gets a list of one'],
];

/** The guides are run as their readers run them, from a shell. */
describe('the guides', () => {
  let app: TestApp;
  let dataset: string;
  beforeAll(async () => {
    app = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1' } });
    dataset = join(app.dataDir, 'payments.csv');
    await writeFile(dataset, simulatedCsv('payments', { rows: 1_000 }));
    await trainSimulated(app, 'credit-card', { rows: 6_000 }, { params: { rounds: 60 } });
    await trainSimulated(app, 'credit-account', { rows: 1_000 });
  });
  afterAll(() => app.stop());

  async function run(name: string, settings: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; output: string }> {
    const child = spawn(process.execPath, [join(GUIDES, name)], {
      env: { BASE_URL: app.url, API_KEY: app.key, DATASET: dataset, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    const [code] = (await once(child, 'close')) as unknown[];
    return { code, output };
  }

  it('are all tested here, and in their index', () => {
    const scripts = readdirSync(GUIDES).filter((name) => name.endsWith('.mjs') && !SHARED.includes(name));
    expect(scripts.sort()).toEqual(Object.keys(LINES).sort());
    const index = readFileSync(join(GUIDES, 'README.md'), 'utf8');
    for (const name of scripts) expect(index).toContain(`[${name}](${name})`);
  });

  it.each(Object.entries(LINES))('run through: %s', async (name, lines) => {
    const { code, output } = await run(name);
    expect(output).toContain(MET);
    expect(code).toBe(0);
    for (const line of lines) expect(output).toContain(`\n${line}`);
  });

  it.each(MISTAKES)('fail where the contract is broken: %s, %s (%#)', async (name, route, alter, sentence) => {
    const proxy = await startAlteringProxy(app.url, route, alter);
    try {
      const { code, output } = await run(name, { BASE_URL: proxy.url });
      expect(output).toMatch(/\n✗ Not as it should be: .+\n$/);
      expect(output.split('\n').at(-2)).toContain(sentence);
      expect(output).not.toContain(MET);
      expect(code).toBe(1);
    } finally {
      proxy.close();
    }
  });

  it.each([
    ['no key', 'card-scoring.mjs', { API_KEY: '' }, 'Set API_KEY to a key of this installation.'],
    ['nobody there', 'card-scoring.mjs', { BASE_URL: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9 does not answer: '],
    ['no data set', 'payments.mjs', { DATASET: '' }, 'Set DATASET to a link to a CSV file, or to a local one.'],
    ['no such data set', 'payments.mjs', { DATASET: 'http://127.0.0.1:9/a.csv' }, 'The training failed: '],
  ])('say in one line what to mend: %s', async (_, name, settings, line) => {
    const { code, output } = await run(name, settings);
    expect(output.trimEnd().split('\n').at(-1)).toContain(`✗ ${line}`);
    expect(code).toBe(1);
  });
});

function withStatus(status: number): (answer: PassingAnswer) => PassingAnswer {
  return ({ text }) => ({ status, text });
}

function replacing(what: string | RegExp, by: string): (answer: PassingAnswer) => PassingAnswer {
  return ({ status, text }) => ({ status, text: text.replace(what, by) });
}

/** A list from back to front. */
function reversed(): (answer: PassingAnswer) => PassingAnswer {
  return ({ status, text }) => {
    const list: unknown = JSON.parse(text);
    return { status, text: Array.isArray(list) ? JSON.stringify(list.toReversed()) : text };
  };
}
