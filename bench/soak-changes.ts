import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isSimulatedModel, simulateCsv } from '@app/simulator';
import type { BenchService } from './service.js';
import { newTally, type Tally } from './soak-load.js';
import { train } from './trainings.js';

const MODEL = '/v1/models/credit-card';
const ROWS = 50_000;
const PROMOTION_EVERY_MS = 20_000;
const TRAINING_EVERY_MS = 120_000;

/** Trainings one after the other, and champions that change all the time, until told to end. */
export class SoakChanges {
  readonly tallies: { readonly trainings: Tally; readonly promotions: Tally; readonly rollbacks: Tally } = {
    trainings: newTally('training'),
    promotions: newTally('promotion'),
    rollbacks: newTally('rollback'),
  };
  readonly failures: string[] = [];
  private readonly stopping = new AbortController();
  private ended: Promise<unknown> = Promise.resolve();
  private versions = 0;

  private constructor(
    private readonly service: BenchService,
    private readonly files: Server,
  ) {}

  /** Settles when both models score and there are two versions to choose from. */
  static async prepare(service: BenchService): Promise<SoakChanges> {
    const files = createServer(({ url = '' }, response) => {
      const [, model = '', seed = '1'] = url.split('/');
      if (!isSimulatedModel(model)) throw new Error(`there is no file ${url}`);
      void pipeline(Readable.from(simulateCsv(model, { rows: ROWS, seed: Number(seed) })), response);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const changes = new SoakChanges(service, files);
    await changes.train('payments', 1);
    await changes.train('credit-card', 1);
    // From now on only we promote.
    await service.call('PUT', `${MODEL}/promotion-settings`, { mode: 'manual' });
    await changes.train('credit-card', 2);
    return changes;
  }

  /** @param every milliseconds between the starts of two trainings, where the first takes no longer */
  begin(every = TRAINING_EVERY_MS): void {
    this.ended = Promise.all([this.keepTraining(every), this.keepPromoting()]);
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await this.ended;
    this.files.close();
  }

  private async keepTraining(every: number): Promise<void> {
    for (let seed = 3; !this.isStopping(); seed++) {
      const begun = performance.now();
      await this.tallied(this.tallies.trainings, () => this.train('credit-card', seed));
      await this.pause(every - (performance.now() - begun));
    }
  }

  private async keepPromoting(): Promise<void> {
    for (let turn = 0; !this.isStopping(); turn++) {
      await this.pause(PROMOTION_EVERY_MS);
      if (this.isStopping()) return;
      const reason = 'the soak changes champions all the time';
      if (turn % 3 === 2) {
        await this.tallied(this.tallies.rollbacks, () => this.service.call('POST', `${MODEL}/rollback`, { reason }));
      } else {
        const version = 1 + (turn % this.versions);
        await this.tallied(this.tallies.promotions, () =>
          this.service.call('POST', `${MODEL}/promote`, { version, reason }),
        );
      }
    }
  }

  private async train(model: 'credit-card' | 'payments', seed: number): Promise<void> {
    const dataset = `http://127.0.0.1:${(this.files.address() as AddressInfo).port}/${model}/${seed}`;
    const job = await train(this.service, model, { dataset, seed });
    if (job.error !== null) throw new Error(`training of ${model}: ${job.error.code}: ${job.error.message}`);
    if (model === 'credit-card') this.versions = job.version;
  }

  private async tallied(tally: Tally, work: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    try {
      await work();
      tally.latency.record(Math.max(1, Math.round((performance.now() - begun) * 1_000)));
      tally.answered += 1;
    } catch (error) {
      tally.failed += 1;
      this.failures.push(`${tally.name}: ${String(error)}`);
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async pause(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await delay(milliseconds, null, { signal: this.stopping.signal }).catch(() => null);
  }
}
