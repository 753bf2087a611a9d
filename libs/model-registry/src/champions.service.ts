import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errorMessage, errorText, isDatabaseAway } from '@app/common';
import { Config } from '@app/config';
import { Notifications } from '@app/database';
import { inTurns } from './in-turns.js';
import { type LoadedPolicy, loadVersion, type LoadedVersion } from './loaded-version.js';
import type { Model } from './model.entity.js';
import { ModelsService } from './models.service.js';
import { applyPolicy, tellUnmet } from './policies/apply-policy.js';
import type { PolicyVersion } from './policies/decision-policy.entity.js';
import { PoliciesService } from './policies/policies.service.js';
import type { ThresholdCurve } from './policies/threshold-curve.js';
import { championNotLoaded, noChampion } from './problems.js';
import { VersionsService } from './versions.service.js';

/** Notifications do the work; this finds what one of them may have missed. */
const RELOAD_MILLISECONDS = 30_000;

interface BrokenVersion {
  readonly version: number;
  readonly reason: string;
}

/**
 * The champion of each model, in memory and ready to score. A new champion is loaded first and then swapped in, so
 * that a request always finds one; a version that cannot be loaded never replaces one that could. Its decision policy
 * is a part of it and changes with it, or alone.
 */
@Injectable()
export class Champions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Champions.name);
  private readonly loaded = new Map<string, LoadedVersion>();
  /** By model, the champion that could not be loaded, and why. */
  private readonly broken = new Map<string, BrokenVersion>();
  /** Why champions could not be looked for the last time; null: they could. */
  private trouble: string | null = null;
  /** Runs one after the other, so that an older champion never overwrites a newer one. */
  private readonly reload = inTurns(() => this.reloadAll());
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly versions: VersionsService,
    private readonly models: ModelsService,
    private readonly policies: PoliciesService,
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

  /** By model, the version of a champion that could not be loaded. An earlier one may score in its place. */
  notLoaded(): ReadonlyMap<string, number> {
    return new Map([...this.broken].map(([model, { version }]) => [model, version]));
  }

  /**
   * The champion of a model for which none is in memory: one that was promoted just now is waited for.
   * @throws Problem 404 for an unknown model, 503 for one that cannot score now
   */
  async untilLoaded(modelName: string): Promise<LoadedVersion> {
    if (!this.broken.has(modelName)) {
      const { id } = await this.models.get(modelName);
      if (await this.versions.hasChampion(id)) {
        // Shared by all who wait: hundreds of requests may.
        if (!this.loaded.has(modelName)) await this.reload();
      }
    }
    const loaded = this.loaded.get(modelName);
    if (loaded) return loaded;
    const broken = this.broken.get(modelName);
    throw broken ? championNotLoaded(modelName, broken.version) : noChampion(modelName);
  }

  private async reloadAll(): Promise<void> {
    try {
      await this.loadNewOnes();
      this.trouble = null;
    } catch (error) {
      const trouble = errorMessage(error);
      if (trouble !== this.trouble) this.logger.error('cannot look for new champions', errorText(error));
      this.trouble = trouble;
    }
  }

  private async loadNewOnes(): Promise<void> {
    // In this order: a policy that is put in force meanwhile is told of anew.
    const policies = await this.policies.allInForce();
    for (const champion of await this.versions.champions()) {
      const { id, model } = champion;
      const policy = policies.get(champion.modelId);
      if (!model || !policy) continue;
      if (this.loaded.get(model.name)?.versionId === id) this.broken.delete(model.name);
      else await this.replace(model, champion.version, policy);
      // Also an earlier version that decides in place of a broken champion.
      const loaded = this.loaded.get(model.name);
      if (loaded && loaded.policy.policyVersion !== policy.version) await this.swapPolicy(loaded, policy);
    }
  }

  /** The version stays as it is loaded; who holds it goes on by the policy it had. */
  private async swapPolicy(loaded: LoadedVersion, policy: PolicyVersion): Promise<void> {
    const { name } = loaded.definition;
    const curve = await this.versions.thresholdCurve(loaded.versionId);
    this.loaded.set(name, { ...loaded, policy: this.follow(name, loaded.version, policy, curve) });
    this.logger.log(`${name}: policy ${policy.version} is in force`);
  }

  private follow(name: string, version: number, policy: PolicyVersion, curve: ThresholdCurve | null): LoadedPolicy {
    const { cutOffs, unmet } = applyPolicy(policy.spec, curve, this.config.fraudThreshold);
    if (unmet) {
      this.logger.warn(
        `${name}: the default cut-offs take the place of policy ${policy.version}: ${tellUnmet(version, unmet)}`,
      );
    }
    return { ...cutOffs, policyVersion: policy.version };
  }

  /** A broken one is tried again every time, should somebody have mended it; but told of once. */
  private async replace({ id, name, definition }: Model, version: number, policy: PolicyVersion): Promise<void> {
    try {
      const row = await this.versions.findChampion(id);
      if (!row) return;
      const next = await loadVersion(row, definition, this.follow(name, row.version, policy, row.thresholdCurve));
      const previous = this.loaded.get(name);
      this.loaded.set(name, next);
      this.broken.delete(name);
      this.logger.log(`${name}: version ${next.version} is champion`);
      await previous?.onnx.unload();
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const known = this.broken.get(name);
      const reason = errorMessage(error);
      this.broken.set(name, { version, reason });
      if (known?.version === version && known.reason === reason) return;
      this.logger.error(`${name}: the champion, version ${version}, cannot be loaded`, errorText(error));
    }
  }
}
