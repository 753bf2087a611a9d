import { SINGLE_ROUTES } from '@app/compat';
import type { Champions } from '@app/model-registry';
import { SCORE_ROUTE, type SingleRoute } from '@app/scoring';
import type { RequestHead } from './read-head.js';

const JSON_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', 'application/json; charset=utf-8']);

/** Larger bodies are counted before they are read. */
const MOST_BYTES = 65_536;

const SCORE_PATH = /^\/v1\/models\/([a-z0-9][a-z0-9_-]{0,63})\/score$/;

/** Where a request goes. */
export interface Target extends SingleRoute {
  readonly model: string;
}

/** The requests that the fast lane knows: spelled as most clients do, with nothing unusual about them. */
export class LaneRoutes {
  private readonly targets = new Map<string, Target>(SINGLE_ROUTES.map((target) => [target.route, target]));

  constructor(private readonly champions: Pick<Champions, 'find'>) {}

  /** Undefined: it is another route's, or needs a closer look. */
  targetOf({ method, url, headers }: Pick<RequestHead, 'method' | 'url' | 'headers'>): Target | undefined {
    if (method !== 'POST') return undefined;
    const target = this.targets.get(url) ?? this.learn(url);
    return target && isPlain(headers) ? target : undefined;
  }

  /** A path is kept once its model has a champion: anybody can ask for any. */
  private learn(url: string): Target | undefined {
    const [, model] = SCORE_PATH.exec(url) ?? [];
    if (model === undefined || !this.champions.find(model)) return undefined;
    const target = { ...SCORE_ROUTE, model };
    this.targets.set(url, target);
    return target;
  }
}

/** A short JSON body of known length, and nothing that changes how it is read or answered. */
function isPlain(headers: RequestHead['headers']): boolean {
  return (
    JSON_TYPES.has(headers['content-type']) &&
    Number(headers['content-length']) <= MOST_BYTES &&
    headers['content-encoding'] === undefined &&
    headers['idempotency-key'] === undefined
  );
}
