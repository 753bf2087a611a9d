/** What a key may do. `manage` is the administrators' scope. */
export type Scope = 'score' | 'train' | 'manage';

export const SCOPES: readonly Scope[] = ['score', 'train', 'manage'];

/** Which version a request met. */
export interface ScoredBy {
  readonly model: string;
  readonly version: number;
}

/** Who sends a request. */
export interface Principal {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Left here by the scoring, for the request's log line and figures. */
  scoredBy?: ScoredBy;
}

/** A principal with what else its key carries. */
export interface KeyHolder extends Principal {
  readonly id: number;
  /** From this moment on the key is not valid any more; null: never. */
  readonly expiresAt: Date | null;
  /** 0: no limit; null: the service's own. */
  readonly rateLimitPerMinute: number | null;
}

export function hasExpired({ expiresAt }: Pick<KeyHolder, 'expiresAt'>): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}
