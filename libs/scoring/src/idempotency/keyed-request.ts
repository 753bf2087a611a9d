import { createHash } from 'node:crypto';
import type { KeyHolder, Principal } from '@app/auth';
import type { LoadedVersion } from '@app/model-registry';
import type { FastifyRequest } from 'fastify';
import type { DecisionRecord } from '../decision-record.js';
import { badIdempotencyKey } from '../problems.js';

/** Decisions that are stored, in the order of their transactions, and the version that made them. */
export interface Decided {
  readonly version: Pick<LoadedVersion, 'version'>;
  readonly records: readonly DecisionRecord[];
}

/** What a request with an `Idempotency-Key` claims: its key, which belongs to the holder of an API key. */
export interface Claim {
  readonly apiKeyId: number;
  readonly key: string;
  /** SHA-256 of all that must be the same when it comes again. */
  readonly requestHash: Buffer;
}

/** A request that came with an `Idempotency-Key`. */
export interface KeyedRequest {
  readonly claim: Claim;
  /** What was decided when it came first, once that is known; it is answered with that. */
  earlier: Decided | undefined;
}

const KEY = /^[\x20-\x7e]{1,255}$/;

/** SHA-256 of bodies. */
const bodies = new WeakMap<FastifyRequest, Buffer>();
/** By who sends them: each request has a principal of its own. */
const keyed = new WeakMap<Principal, KeyedRequest>();

/** Remembers the body of a request, if that has a key. The parsed one no longer tells how it was written. */
export function noteBody(request: FastifyRequest, text: string): void {
  if (request.headers['idempotency-key'] !== undefined) bodies.set(request, sha256(text));
}

/**
 * What a request claims: the key in its header.
 * @throws Problem 422 for a key that is none
 */
export function claimOf(request: FastifyRequest, { id }: KeyHolder, key: string): Claim {
  if (!KEY.test(key)) throw badIdempotencyKey();
  const { method, url, mediaType = '' } = request;
  const requestHash = sha256(`${method} ${url}\n${mediaType}\n`, bodies.get(request) ?? '');
  return { apiKeyId: id, key, requestHash };
}

/** Tells the scoring of a request with a key. */
export function noteKeyedRequest(principal: Principal, request: KeyedRequest): void {
  keyed.set(principal, request);
}

/** Undefined: the request came without a key. */
export function keyedRequestOf(principal: Principal): KeyedRequest | undefined {
  return keyed.get(principal);
}

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
