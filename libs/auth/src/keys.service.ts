import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Problem } from '@app/common';
import { notify } from '@app/database';
import { type EntityManager, IsNull, Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { ADMINISTRATOR, ApiKeysService } from './api-keys.service.js';
import { type CreatedKeyDto, type CreateKeyDto, KEY_NAME, type KeyDto, toKey } from './dto/key.dto.js';
import { expiryPast, keyExists, keyFromEnvironment, lastManager, noKey } from './key-problems.js';
import { hashKey, newKey } from './key-ring.js';
import { hasExpired } from './principal.js';

/** Keys as administrators see them. */
@Injectable()
export class KeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly active: ApiKeysService,
  ) {}

  async list(): Promise<KeyDto[]> {
    const keys = await this.keys.find({ order: { id: 'ASC' } });
    return keys.map(toKey);
  }

  /** @throws Problem 409 when the name is taken, 422 for an expiry that is no time to come */
  async create(request: CreateKeyDto): Promise<CreatedKeyDto> {
    const { name, scopes, rate_limit_per_minute: rateLimitPerMinute } = request;
    const expiresAt = request.expires_at === null ? null : timeToCome(request.expires_at);
    const key = newKey();
    const stored = await this.keys.manager.transaction(async (manager) => {
      await manager
        .createQueryBuilder()
        .insert()
        .into(ApiKey)
        .values({ name, scopes, expiresAt, rateLimitPerMinute, keyHash: hashKey(key) })
        .orIgnore()
        .execute();
      const row = await manager.findOneByOrFail(ApiKey, { name });
      if (row.keyHash !== hashKey(key)) throw keyExists(name);
      await notify(manager, 'api_keys', name);
      return row;
    });
    await this.active.reload();
    return { ...toKey(stored), key };
  }

  /**
   * Resolves once this process refuses the key; the others hear of it in the same moment. Revoking twice is revoking
   * once.
   * @throws Problem 404, 409
   */
  async revoke(name: string): Promise<void> {
    await this.keys.manager.transaction(async (manager) => {
      // Two administrators who revoke each other's keys at once: the second sees what the first did.
      await manager.query('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
      const key = KEY_NAME.test(name) ? await manager.findOneBy(ApiKey, { name }) : null;
      if (!key) throw noKey(name);
      if (key.revokedAt) return;
      if (key.name === ADMINISTRATOR) throw keyFromEnvironment();
      if (!(await leavesAManager(manager, key))) throw lastManager(name);
      await manager.update(ApiKey, { id: key.id }, { revokedAt: () => 'now()' });
      await notify(manager, 'revoked_keys', name);
    });
    this.active.forget(name);
    await this.active.reload();
  }
}

/** Whether somebody can still manage keys without this one. */
async function leavesAManager(manager: EntityManager, key: ApiKey): Promise<boolean> {
  if (!key.scopes.includes('manage')) return true;
  const others = await manager.findBy(ApiKey, { revokedAt: IsNull() });
  return others.some((other) => other.id !== key.id && other.scopes.includes('manage') && !hasExpired(other));
}

/** @throws Problem 422 */
function timeToCome(text: string): Date {
  const expiresAt = new Date(text);
  if (Number.isNaN(expiresAt.getTime())) {
    throw Problem.invalid([{ path: 'expires_at', message: 'must be a time that exists, like 2030-12-31T00:00:00Z' }]);
  }
  if (hasExpired({ expiresAt })) throw expiryPast();
  return expiresAt;
}
