import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { errorText } from '@app/common';
import { Config } from '@app/config';
import { notify, Notifications } from '@app/database';
import { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { hashKey, KeyRing } from './key-ring.js';
import { type Principal, SCOPES } from './principal.js';

/** The name under which the key from the environment is kept, and under which its requests are recorded. */
const ADMINISTRATOR = 'administrator';

/** Knows the valid keys of this moment; changes made by any process arrive by notification. */
@Injectable()
export class ApiKeysService implements OnModuleInit {
  private readonly logger = new Logger(ApiKeysService.name);
  private ring = new KeyRing([]);

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly config: Config,
    private readonly notifications: Notifications,
  ) {}

  async onModuleInit(): Promise<void> {
    this.notifications.on('api_keys', () => {
      this.load().catch((error: unknown) => {
        this.logger.error('cannot read the keys', errorText(error));
      });
    });
    await this.keepAdministrator();
    await this.load();
  }

  /** Who holds this key; undefined when nobody does. */
  find(key: string): Principal | undefined {
    return this.ring.find(key);
  }

  private async load(): Promise<void> {
    this.ring = new KeyRing(await this.keys.find());
  }

  /** `API_KEY` is the first administrator's key. A new value replaces the old one on every process. */
  private async keepAdministrator(): Promise<void> {
    const key = this.config.apiKey;
    if (!key) return;
    if (key.length < 16) this.logger.warn('API_KEY is short enough to be guessed; a good one: openssl rand -hex 32');
    const keyHash = hashKey(key);
    await this.keys.manager.transaction(async (manager) => {
      const kept = await manager.findOneBy(ApiKey, { name: ADMINISTRATOR });
      if (kept?.keyHash === keyHash) return;
      await manager.upsert(ApiKey, { name: ADMINISTRATOR, keyHash, scopes: [...SCOPES] }, ['name']);
      await notify(manager, 'api_keys', ADMINISTRATOR);
    });
  }
}
