import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { errorMessage, errorText, isDatabaseAway, isOutage, onceDatabaseIsBack } from '@app/common';
import { Config } from '@app/config';
import { Notifications } from '@app/database';
import { ModelsService } from '@app/model-registry';
import { DatasetsService } from '../datasets/datasets.service.js';
import { explainError } from '../runner/explain-error.js';
import { ModelChoiceError } from './choose-model.js';
import type { DatasetProfileRow } from './dataset-profile.entity.js';
import { DatasetProfilesStore } from './dataset-profiles.store.js';
import { profileFile } from './profile-file.js';

const SWEEP_MILLISECONDS = 2_000;
const BEAT_MILLISECONDS = 1_000;

/** One that has brought down so many workers is not given to another. */
const MAX_ATTEMPTS = 3;

/** A training may run beside it, whose DuckDB may use half. */
const MEMORY_SHARE = 0.25;

/**
 * Works out profiles, one after the other, beside the trainings: at once when one is ordered, and again every other
 * second, so that one is also done whose notification was missed or whose worker died. There is no need of a queue.
 */
@Injectable()
export class ProfileWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ProfileWorker.name);
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private trouble: string | null = null;

  constructor(
    private readonly profiles: DatasetProfilesStore,
    private readonly datasets: DatasetsService,
    private readonly models: ModelsService,
    private readonly notifications: Notifications,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.notifications.on('dataset_profiles', () => {
      this.wake();
    });
    this.timer = setInterval(() => {
      this.wake();
    }, SWEEP_MILLISECONDS);
    this.wake();
  }

  /** Before the connections close: what is being worked on is given back. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort(new Error('the worker is being stopped'));
    await this.working;
  }

  private wake(): void {
    this.working ??= this.workOff().finally(() => {
      this.working = undefined;
    });
  }

  private async workOff(): Promise<void> {
    try {
      while (!this.stop.signal.aborted) {
        const row = await this.profiles.claimNext();
        if (row === null) break;
        await this.profile(row);
      }
      this.trouble = null;
    } catch (error) {
      const trouble = errorMessage(error);
      if (trouble !== this.trouble) this.logger.warn(`cannot work on profiles: ${trouble}`);
      this.trouble = trouble;
    }
  }

  private async profile(row: DatasetProfileRow): Promise<void> {
    if (row.attempts > MAX_ATTEMPTS) {
      const message = `The worker died ${MAX_ATTEMPTS} times over this file; it may need more memory.`;
      await this.profiles.fail(row, 'worker_died', message);
      return;
    }
    const lost = new AbortController();
    const beat = setInterval(() => {
      // A beat that cannot be written is left out.
      this.profiles.beat(row).then(
        (ours) => {
          if (!ours) lost.abort(new Error('another worker has taken the profile on'));
        },
        () => undefined,
      );
    }, BEAT_MILLISECONDS);
    try {
      await this.profiles.finish(row, await this.work(row, AbortSignal.any([this.stop.signal, lost.signal])));
    } catch (error) {
      await this.end(row, error, lost.signal);
    } finally {
      clearInterval(beat);
    }
  }

  private async work(row: DatasetProfileRow, signal: AbortSignal) {
    if (!row.dataset) throw new Error(`profile ${row.id} was read without its data set`);
    const models = row.model ? [row.model] : await this.models.list();
    const { model, profile } = await profileFile(
      this.datasets.pathOf(row.dataset),
      models.map(({ definition }) => definition),
      { threads: this.config.trainingThreads, memoryShare: MEMORY_SHARE, tempDirectory: this.config.datasets, signal },
    );
    return { ...profile, model };
  }

  private async end(row: DatasetProfileRow, error: unknown, lost: AbortSignal): Promise<void> {
    if (lost.aborted) return;
    if (this.stop.signal.aborted) {
      await this.profiles.release(row);
      return;
    }
    if (isDatabaseAway(error)) {
      this.logger.warn(`profile ${row.id} ended while the database was away; it will run again`);
      // The row stays as it is: with no beats it is soon taken for waiting.
      if (!isOutage(error)) throw error;
      // The worker did not die of it: that must not count against the file.
      await onceDatabaseIsBack(() => this.profiles.release(row), AbortSignal.any([this.stop.signal, lost]));
      return;
    }
    const { code, message } = error instanceof ModelChoiceError ? error : explainError(error);
    if (code === 'internal_error') this.logger.error(`profile ${row.id}: failed, ${code}`, errorText(error));
    await this.profiles.fail(row, code, message);
  }
}
