import { Agent } from 'node:http';
import fc from 'fast-check';
import { exampleTransaction } from '@app/simulator';
import type { TestApp } from '../app.js';
import { requestTraining, simulatedCsv, untilTrained, uploadText } from '../training.js';
import { Judge } from './check.js';
import { readDocument } from './document.js';
import { type FuzzRequest, type Known, requestsOf } from './requests.js';
import { asCurl, sendFuzz } from './send.js';

/** Requests under way at once. */
const LANES = 16;

export interface FuzzRun {
  /** `POST /v1/models` of every operation of the document. */
  readonly operations: readonly string[];
  /** Of these, and of methods that are not there: how often each status came. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** `POST /v1/models 415`: what came that the document does not know. */
  readonly undocumented: readonly string[];
  readonly slowestMilliseconds: number;
}

/** Sends so many requests over all routes, several at once. @throws Error with the smallest request that fails, as curl */
export async function fuzz(
  app: TestApp,
  known: Known,
  { requests, seed }: { requests: number; seed: number },
): Promise<FuzzRun> {
  const document = await readDocument(app);
  const judge = new Judge(document);
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const answers = new Map<string, Map<number, number>>();
  let slowestMilliseconds = 0;
  const property = fc.asyncProperty(requestsOf(document, known), async (request) => {
    const answer = await sendFuzz(app.url, agent, request);
    if (answer === null) return;
    const route = `${request.method} ${request.template}`;
    const statuses = answers.get(route) ?? new Map<number, number>();
    answers.set(route, statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1));
    slowestMilliseconds = Math.max(slowestMilliseconds, answer.milliseconds);
    const fault = judge.faultOf(request, answer);
    if (fault !== null) throw new Error(`${fault}\n  ${answer.status} ${answer.text.slice(0, 500)}`);
  });
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    fc.check(property, { seed: seed + lane, numRuns: Math.ceil(requests / LANES) }),
  );
  try {
    const failed = (await Promise.all(lanes)).filter((lane) => lane.failed);
    if (failed.length > 0) throw new Error(failed.map((lane) => shown(app, lane)).join('\n\n'));
  } finally {
    agent.destroy();
  }
  return {
    operations: document.operations.map(({ method, path }) => `${method} ${path}`),
    answers,
    undocumented: [...judge.undocumented].sort(),
    slowestMilliseconds,
  };
}

function shown(app: TestApp, { counterexample, errorInstance, numShrinks }: fc.RunDetails<[FuzzRequest]>): string {
  const request = counterexample?.[0];
  const error = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${error}\n  made smaller ${numShrinks} times:\n  ${request ? asCurl(app.url, request) : ''}`;
}

/** Makes something of each kind, for paths and bodies to name; decisions and failed trainings where there are champions. */
export async function prepareFuzz(app: TestApp, champions: boolean): Promise<Known> {
  const fresh = { name: 'fresh', label: 'y', features: [{ name: 'a', type: 'number' }] };
  await app.request().post('/v1/models').send(fresh).expect(201);
  await app
    .request()
    .post('/v1/keys')
    .send({ name: 'till', scopes: ['score'] })
    .expect(201);
  const decisions = champions ? [await decide(app)] : ['019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'];
  // Too small to train on: a training that asks for it ends at once.
  const tiny = await uploadText(app, simulatedCsv('payments', { rows: 5 }));
  const training = await requestTraining(app, 'payments', { dataset: tiny });
  if (champions) await untilTrained(app, training);
  const models = ['credit-card', 'credit-card', 'credit-card', 'payments', 'credit-account', 'fresh', 'nobody'];
  return {
    key: app.key,
    parameters: {
      model: models,
      'models/{name}': models,
      'keys/{name}': ['till', 'web-shop', 'nobody', 'administrator'],
      version: ['1', '1', '1', '2'],
      'decisions/{id}': [...decisions, '00000000-0000-7000-8000-000000000000'],
      'datasets/{id}': [tiny, '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'],
      'training/{id}': ['1', '2', '3', String(training), '4711'],
    },
    datasets: [tiny, '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'],
  };
}

async function decide(app: TestApp): Promise<string> {
  const answer = await app.request().post('/v1/models/credit-card/score').send(exampleTransaction('credit-card'));
  return String(answer.body.decision_id);
}
