import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errorText, Problem } from '@app/common';
import { Config } from '@app/config';
import { Notifications } from '@app/database';
import { loadVersion, type LoadedVersion } from './loaded-version.js';
import { ModelsService } from './models.service.js';
import { VersionsService } from './versions.service.js';

/** Notifications do the work; this finds what one of them may have missed. */
const RELOAD_MILLISECONDS = 30_000;

/**
 * The champion of each model, in memory and ready to score. A new champion is loaded first and then swapped in, so
 * that a request always finds one; a version that cannot be loaded never replaces one that could.
 */
@Injectable()
export class Champions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Champions.name);
  private readonly loaded = new Map<string, LoadedVersion>();
  private reloading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly versions: VersionsService,
    private readonly models: ModelsService,
    private readonly notifications: Notifications,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    this.notifications.on('champions', () => void this.reload());
    this.timer = setInterval(() => void this.reload(), RELOAD_MILLISECONDS).unref();
    await this.reload();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The champion, without waiting; undefined where none is loaded. */
  find(modelName: string): LoadedVersion | undefined {
    return this.loaded.get(modelName);
  }

  /** Loaded champions by model: what `/health/ready` shows. */
  all(): ReadonlyMap<string, LoadedVersion> {
    return this.loaded;
  }

  /** Why there is no champion. @throws Problem always: 404 for an unknown model, 503 for one that cannot score yet */
  async explainAbsence(modelName: string): Promise<never> {
    await this.models.get(modelName);
    throw Problem.unavailable('no_champion', `The model "${modelName}" has no champion yet: train it first.`, 10);
  }

  /** Reloads run one after the other, so that an older champion never overwrites a newer one. */
  private reload(): Promise<void> {
    this.reloading = this.reloading
      .then(() => this.loadNewOnes())
      .catch((error: unknown) => {
        this.logger.error('cannot look for new champions', errorText(error));
      });
    return this.reloading;
  }

  private async loadNewOnes(): Promise<void> {
    for (const { id, modelId, model } of await this.versions.champions()) {
      if (!model || this.loaded.get(model.name)?.versionId === id) continue;
      try {
        const row = await this.versions.findChampion(modelId);
        if (!row) continue;
        const next = await loadVersion(row, model.definition, this.config.fraudThreshold);
        const previous = this.loaded.get(model.name);
        this.loaded.set(model.name, next);
        await previous?.onnx.unload();
        this.logger.log(`${model.name}: version ${next.version} is champion`);
      } catch (error) {
        this.logger.error(`${model.name}: the champion cannot be loaded`, errorText(error));
      }
    }
  }
}
