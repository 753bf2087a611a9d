import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import type { Known } from '../support/fuzz/requests.js';
import { RAW_CASES } from '../support/fuzz/raw.js';
import { fuzz, type FuzzRun, prepareFuzz } from '../support/fuzz/run.js';
import { exchange } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';

const LONG = process.env.FUZZ_REQUESTS !== undefined;
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 800);
/** Each test run is like the last one; a long run looks for something new. */
const SEED = Number(process.env.FUZZ_SEED ?? (LONG ? Date.now() % 1_000_000 : 1));
/** What the log of a process holds that had a fault. `[Request]` logs 500; a 503 because something was away says what. */
const FAULTS = /\bERROR\b|\[Request\]| 503 [\d.]+ ms .*: |uncaught|unhandled|MaxListenersExceeded/i;
const MILLISECONDS = 30_000 + REQUESTS * 60;

describe(`fuzzing (FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS})`, () => {
  let app: TestApp;
  let known: Known;
  let pid: number | null;
  beforeAll(async () => {
    app = await startApp({ env: { RATE_LIMIT_PER_MINUTE: '0' } });
    pid = app.pid;
    for (const model of ['credit-card', 'payments', 'credit-account'] as const) {
      await trainSimulated(app, model, { rows: 1_000 }, { params: { rounds: 1, max_depth: 1 } });
      await trainSimulated(app, model, { rows: 1_000 }, { params: { rounds: 5 } });
      // So that a rollback has somewhere to go.
      await app.request().post(`/v1/models/${model}/promote`).send({ version: 2, reason: 'newer' }).expect(200);
    }
    known = await prepareFuzz(app, true);
  });
  afterAll(() => app.stop());

  it.each(RAW_CASES)('is answered, or hung up on: $name', async ({ send, status, keepOpen }) => {
    const answer = await exchange(app.url, send(app.key), keepOpen);
    if (status === null) {
      expect(answer).toBe('');
      return;
    }
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(JSON.parse(body)).toMatchObject({ status, request_id: /^x-request-id: (\S+)/im.exec(head)?.[1] });
  });

  it(
    'finds no fault, on any route',
    async () => {
      const before = residentMebibytes(pid);
      const run = await fuzz(app, known, { requests: REQUESTS, seed: SEED });
      if (LONG) report(run, `memory: ${before} → ${residentMebibytes(pid)} MiB`);
      expect(run.operations.filter((operation) => !run.answers.has(operation))).toEqual([]);
      expect(run.undocumented).toEqual([]);
      // Nearly right must now and then be right, or the fuzzer knocks at closed doors only.
      if (LONG) expect(run.operations.filter((operation) => !succeeded(run, operation))).toEqual([]);
    },
    MILLISECONDS,
  );

  it('leaves the application as it was', async () => {
    expect(app.pid).toBe(pid);
    expect(app.log()).not.toMatch(FAULTS);
    await app.request().get('/health/ready').expect(200);
    const answer = await app.request().post('/v1/fraud-score').send(exampleTransaction('credit-card')).expect(200);
    expect(answer.body).toEqual({
      'fraud-score': expect.any(Number),
      'is-fraud': false,
      'model-version': expect.any(String),
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe(`fuzzing without champions (FUZZ_SEED=${SEED})`, () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false, env: { RATE_LIMIT_PER_MINUTE: '0' } });
  });
  afterAll(() => app.stop());

  it(
    'finds no fault: 503 with Retry-After where a champion is needed',
    async () => {
      const pid = app.pid;
      const run = await fuzz(app, await prepareFuzz(app, false), { requests: REQUESTS / 4, seed: SEED });
      expect(run.answers.get('POST /v1/fraud-score')?.get(503)).toBeGreaterThan(0);
      expect(app.pid).toBe(pid);
      expect(app.log()).not.toMatch(FAULTS);
    },
    MILLISECONDS,
  );
});

function succeeded({ answers }: FuzzRun, operation: string): boolean {
  return [...(answers.get(operation)?.keys() ?? [])].some((status) => status < 400);
}

function report({ answers, undocumented, slowestMilliseconds }: FuzzRun, memory: string): void {
  const lines = [...answers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([route, statuses]) => {
      const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
      return `${route}  ${counts.join(', ')}`;
    });
  const unknown = undocumented.map((each) => `not in the document: ${each}`);
  process.stdout.write(
    `${[...lines, ...unknown, memory, `slowest: ${slowestMilliseconds.toFixed(0)} ms`].join('\n')}\n`,
  );
}

/** Where the system tells. */
function residentMebibytes(pid: number | null): string {
  try {
    const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kibibytes) / 1_024).toFixed(0);
  } catch {
    return '?';
  }
}
