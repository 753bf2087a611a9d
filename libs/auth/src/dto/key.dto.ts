import { Optional } from '@app/common';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsIn,
  IsInt,
  IsISO8601,
  IsRFC3339,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { MAX_RATE_LIMIT } from '@app/config';
import type { ApiKey } from '../api-key.entity.js';
import { type Scope, SCOPES } from '../principal.js';

export const KEY_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export class CreateKeyDto {
  /**
   * Who will use it: decisions and trainings are recorded under this name, so it is never given twice. Lower-case
   * letters, digits, `-` and `_`.
   * @example "web-shop"
   */
  @Matches(KEY_NAME, { message: 'must be 1 to 64 lower-case letters, digits, "-" or "_", the first a letter or digit' })
  name!: string;

  /**
   * What it may do: `score` transactions and read decisions, `train` versions and upload data sets, `manage` models
   * and keys.
   * @example ["score"]
   */
  @ArrayMinSize(1)
  @ArrayMaxSize(SCOPES.length)
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];

  /**
   * The moment from which it is not valid any more, with its time zone. Null: never.
   * @example "2099-12-31T00:00:00Z"
   */
  @Optional({ nullable: true })
  @IsRFC3339({ message: 'must be a time like 2030-12-31T00:00:00Z' })
  @IsISO8601({ strict: true }, { message: 'must be a time that exists, like 2030-12-31T00:00:00Z' })
  expires_at: string | null = null;

  /**
   * Requests it may send in a minute, over all API processes together; 0 for no limit. Null: the service's
   * `RATE_LIMIT_PER_MINUTE`.
   * @example 6000
   */
  @Optional({ nullable: true })
  @IsInt()
  @Min(0)
  @Max(MAX_RATE_LIMIT)
  rate_limit_per_minute: number | null = null;
}

export class KeyDto {
  /** @example "web-shop" */
  name!: string;
  /** @example ["score"] */
  scopes!: Scope[];
  created_at!: Date;
  /** Null: it does not expire. */
  expires_at!: Date | null;
  /** Null: the service's `RATE_LIMIT_PER_MINUTE`. 0: none. */
  rate_limit_per_minute!: number | null;
  /** Some seconds behind. Null: never. */
  last_used_at!: Date | null;
  /** Null: it is not. */
  revoked_at!: Date | null;
}

export class CreatedKeyDto extends KeyDto {
  /**
   * Send it as `X-API-Key`. It is shown this once and stored nowhere.
   * @example "fs_5pH0sV9t1cJ0d3o6Tn2wq8yXb4kLr7uE-aZmGfQiYxM"
   */
  key!: string;
}

export function toKey(key: ApiKey): KeyDto {
  return {
    name: key.name,
    scopes: key.scopes,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    rate_limit_per_minute: key.rateLimitPerMinute,
    last_used_at: key.lastUsedAt,
    revoked_at: key.revokedAt,
  };
}
