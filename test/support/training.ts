import { type SimulatedModel, simulateCsv } from '@app/simulator';
import type { TestApp } from './app.js';
import { waitFor } from './wait-for.js';

interface Upload {
  readonly rows?: number;
  readonly seed?: number;
  readonly simulated?: boolean;
}

/** What `GET /v1/training/{id}` answers. */
export interface Training {
  readonly id: number;
  readonly status: string;
  readonly stage: string;
  readonly progress: number;
  readonly version: number | null;
  readonly promoted: boolean | null;
  readonly reason: string | null;
  readonly metrics: Record<string, number> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A simulated training file as text. */
export function simulatedCsv(model: SimulatedModel, { rows = 2_000, seed = 1 }: Upload = {}): string {
  return [...simulateCsv(model, { rows, seed, fraudShare: 0.05 })].join('');
}

/** @returns the id of the uploaded file */
export async function uploadText(app: TestApp, content: string | Buffer, simulated = false): Promise<string> {
  const answer = await app
    .request()
    .post('/v1/datasets')
    .field('simulated', String(simulated))
    .attach('file', Buffer.from(content), 'data.csv')
    .expect(201);
  return String(answer.body.id);
}

/** @returns the id of the job */
export async function requestTraining(app: TestApp, model: string, body: object): Promise<number> {
  const answer = await app.request().post(`/v1/models/${model}/train`).send(body).expect(202);
  return Number(answer.body.id);
}

export async function getTraining(app: TestApp, id: number): Promise<Training> {
  return (await app.request().get(`/v1/training/${id}`).expect(200)).body as Training;
}

/** From now on the better figure makes a version champion, by however little and on however few rows. */
export async function promoteHigher(app: TestApp, model: string): Promise<void> {
  const settings = { rule: 'higher', min_frauds: 0, max_calibration_loss: 1 };
  await app.request().put(`/v1/models/${model}/promotion-settings`).send(settings).expect(200);
}

/** Waits for the end of a job, well or not. */
export function untilTrained(app: TestApp, id: number, timeout = 60_000): Promise<Training> {
  return waitFor(
    async () => {
      const training = await getTraining(app, id);
      return training.status === 'processed' || training.status === 'error' ? training : null;
    },
    { timeout, what: `the end of training ${id}` },
  );
}

/** Trains on simulated rows and waits until the API scores with what came out of it. */
export async function trainSimulated(
  app: TestApp,
  model: SimulatedModel,
  { rows, seed, simulated = true }: Upload = {},
  request: object = { params: { rounds: 20 } },
): Promise<Training> {
  const csv = simulatedCsv(model, { ...(rows && { rows }), ...(seed && { seed }) });
  const dataset = await uploadText(app, csv, simulated);
  const training = await untilTrained(app, await requestTraining(app, model, { dataset, ...request }));
  if (training.promoted) await untilServing(app, model, training.version);
  return training;
}

/** A promotion reaches the API by notification, a moment after the job has ended. */
export async function untilServing(app: TestApp, model: string, version: number | null): Promise<void> {
  await waitFor(
    async () => {
      const { models } = (await app.request().get('/health/ready')).body as { models: Record<string, number> };
      return models[model] === version;
    },
    { what: `version ${version} of ${model} to serve` },
  );
}
