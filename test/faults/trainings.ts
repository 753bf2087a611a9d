import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type SimulatedModel, simulateCsv } from '@app/simulator';
import pg from 'pg';
import type { BreakableService } from './service.js';

const POLL_MS = 250;
/** A job whose worker was cut off is taken up again within so long. */
const PATIENCE_MS = 180_000;
const ROWS = 4_000;

/** Training files at an address of this machine. */
export class TrainingFiles {
  private constructor(private readonly server: Server) {}

  static async serve(): Promise<TrainingFiles> {
    const server = createServer(({ url }, response) => {
      const model: SimulatedModel = url === '/payments' ? 'payments' : 'credit-card';
      void pipeline(Readable.from(simulateCsv(model, { rows: ROWS, seed: 1, fraudShare: 0.1 })), response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TrainingFiles(server);
  }

  linkTo(model: 'credit-card' | 'payments'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${model}`;
  }

  close(): void {
    this.server.close();
  }
}

/** @returns the id of the job */
export async function requestTraining(
  service: BreakableService,
  model: 'credit-card' | 'payments',
  dataset: string,
  params: object,
): Promise<number> {
  const { id } = (await service.call('POST', `/v1/models/${model}/train`, { dataset, params })) as { id: number };
  return id;
}

/** Waits for the end of a job. @throws Error where it ends badly, or not within three minutes */
export async function untilTrained(service: BreakableService, id: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const job = (await service.call('GET', `/v1/training/${id}`)) as { status: string; error: unknown };
    if (job.status === 'processed') return;
    if (job.status === 'error') throw new Error(`training ${id}: ${JSON.stringify(job.error)}`);
    if (performance.now() > end) throw new Error(`training ${id} is ${job.status} after ${PATIENCE_MS} ms`);
    await delay(POLL_MS);
  }
}

/** How many of these jobs gave one version, neither none nor two. */
export async function countTrained(databaseUrl: string, ids: readonly number[]): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: number }>(
      `SELECT training_job_id AS id FROM model_versions WHERE training_job_id = ANY($1)
        GROUP BY training_job_id HAVING count(*) = 1`,
      [ids],
    );
    return rows.length;
  } finally {
    await client.end();
  }
}
