/** What a key may do. `manage` is the administrators' scope. */
export type Scope = 'score' | 'train' | 'manage';

export const SCOPES: readonly Scope[] = ['score', 'train', 'manage'];

/** Who sends a request. */
export interface Principal {
  readonly name: string;
  readonly scopes: readonly Scope[];
}
