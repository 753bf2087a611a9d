import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { errorText } from '@app/common';
import { Config } from '@app/config';
import { notify, Notifications } from '@app/database';
import { IsNull, Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { hashKey, KeyRing } from './key-ring.js';
import { type KeyHolder, SCOPES } from './principal.js';

/** The name under which the key from the environment is kept, and under which its requests are recorded. */
export const ADMINISTRATOR = 'administrator';

/** Notifications do the work; this finds what one of them may have missed. */
const RELOAD_MILLISECONDS = 30_000;

/** After a failed reload: a key that was revoked is valid here until one succeeds. */
const RETRY_MILLISECONDS = 1_000;

/** The message is one line that says what to set. */
export class ApiKeyTakenError extends Error {
  constructor(name: string) {
    super(`API_KEY: this is the key "${name}" already, revoked or not: set another; a good one: openssl rand -hex 32`);
    this.name = 'ApiKeyTakenError';
  }
}

/** Knows the valid keys of this moment; changes made by any process arrive by notification. */
@Injectable()
export class ApiKeysService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ApiKeysService.name);
  private ring = new KeyRing([]);
  private changes = 0;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  /** Names whose keys were revoked while a read was under way: it may have seen them valid still. */
  private readonly revoked = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly config: Config,
    private readonly notifications: Notifications,
  ) {}

  async onModuleInit(): Promise<void> {
    this.notifications.on('api_keys', () => void this.reload());
    this.notifications.on('revoked_keys', (name) => {
      this.forget(name);
      void this.reload();
    });
    await this.keepAdministrator();
    await this.reload();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  /** Who holds this key; undefined when nobody does. A holder's time may be over. */
  find(key: string): KeyHolder | undefined {
    return this.ring.find(key);
  }

  /** Grows with each change of the keys that are valid, and with each look at them. */
  get generation(): number {
    return this.changes;
  }

  /** The key of this name was revoked: refuses it from now on, without a read. */
  forget(name: string): void {
    this.changes += 1;
    this.revoked.add(name);
    this.ring.remove(name);
  }

  /**
   * Resolves once the keys are as the database has them now. One read runs after the other, so that an older state
   * never overwrites a newer one; those who ask while one runs share the next.
   */
  reload(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      this.running = this.load();
      return this.running;
    });
    return this.next;
  }

  private async load(): Promise<void> {
    try {
      this.revoked.clear();
      const ring = new KeyRing(await this.keys.findBy({ revokedAt: IsNull() }));
      for (const name of this.revoked) ring.remove(name);
      this.ring = ring;
      this.changes += 1;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('cannot read the keys; trying again every second', errorText(error));
      this.failing = true;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.reload(), this.failing ? RETRY_MILLISECONDS : RELOAD_MILLISECONDS).unref();
  }

  /**
   * `API_KEY` is the first administrator's key. A new value replaces the old one on every process.
   * @throws ApiKeyTakenError
   */
  private async keepAdministrator(): Promise<void> {
    const key = this.config.apiKey;
    if (!key) return;
    if (key.length < 16) this.logger.warn('API_KEY is short enough to be guessed; a good one: openssl rand -hex 32');
    const keyHash = hashKey(key);
    await this.keys.manager.transaction(async (manager) => {
      const holder = await manager.findOneBy(ApiKey, { keyHash });
      if (holder && holder.name !== ADMINISTRATOR) throw new ApiKeyTakenError(holder.name);
      if (holder && !holder.revokedAt && !holder.expiresAt) return;
      const valid = { revokedAt: null, expiresAt: null };
      await manager.upsert(ApiKey, { name: ADMINISTRATOR, keyHash, scopes: [...SCOPES], ...valid }, ['name']);
      await notify(manager, 'api_keys', ADMINISTRATOR);
    });
  }
}
