import type { IncomingHttpHeaders } from 'node:http';
import { hasExpired, type KeyHolder } from '@app/auth';
import { parseJsonBody, requestIdOf } from '@app/common';
import { isTransaction, type Transaction } from '@app/features';
import { readTraceparent, type Span, writeTraceparent } from '@app/metrics';
import type { LoadedVersion } from '@app/model-registry';
import type { RateLimitState } from '@app/rate-limit';
import type { DecisionRecord, DecisionSink } from '@app/scoring';
import { attributesOf, HUNG_UP } from '../observe-requests.js';
import type { Carrier, Failure } from './carrier.js';
import type { LaneParts } from './lane-parts.js';
import type { Target } from './lane-routes.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What `jsonb` refuses, or writes out at great length: exponents of three digits, half characters, U+0000. Whoever makes
 * that of a stored transaction must not meet an error.
 */
const UNUSUAL = /[eE][+-]?\d{3}|\\u(?:0000|[dD][89a-fA-F])/;
/** Nor may a number be as long as this. */
const MOST_CHARACTERS = 16_000;

/** What is known of a request from its head. */
export interface Admitted {
  readonly headers: IncomingHttpHeaders;
  readonly target: Target;
  readonly holder: KeyHolder;
}

/** One request on its way through the fast lane. */
export class Passage implements DecisionSink {
  /** When it began, by `performance.now()`. */
  readonly since = performance.now();
  private readonly requestId: string;
  private readonly span: Span;
  private readonly keysAtStart: number;
  /** The version that decides. */
  private version: number | null = null;
  private over = false;
  private limit: RateLimitState | undefined;

  constructor(
    private readonly parts: LaneParts,
    private readonly reading: Set<Passage>,
    private readonly admitted: Admitted,
    private readonly carrier: Carrier,
  ) {
    const { headers } = admitted;
    this.requestId = requestIdOf(admitted);
    this.span = parts.tracing.begin(readTraceparent(headers.traceparent), 'server');
    this.keysAtStart = parts.keys.generation;
    parts.record.begin(carrier.connection);
    reading.add(this);
  }

  /** Leaves the request to its route. @param failure what it is answered with; left out: the route reads the body again */
  handOn(failure?: Failure): void {
    const { parts, carrier } = this;
    this.over = true;
    parts.left.add();
    this.reading.delete(this);
    parts.record.end(carrier.connection);
    carrier.handOn(failure);
  }

  decided(record: DecisionRecord): void {
    const { target } = this.admitted;
    const body = target.answer(record, target.model, this.version ?? 0);
    this.parts.answered.add();
    if (!this.over) this.carrier.answer(this.headersFor(Buffer.byteLength(body)), body);
  }

  failed(error: unknown): void {
    // Who has gone has its line already.
    if (!this.over) this.handOn({ error });
  }

  /** Its body is there. */
  read(text: string): void {
    const { parts } = this;
    const { target, holder } = this.admitted;
    this.reading.delete(this);
    const transaction = parsed(text);
    const version = parts.champions.find(target.model);
    const fits = version?.validate(transaction).length === 0 && isTransaction(transaction);
    if (!fits || target.takes?.(transaction) === false || !this.isStillHolder()) {
      this.handOn();
      return;
    }
    const limit = parts.limits.countIfFar(holder);
    if (limit) this.decide(version, transaction, text, limit);
    else void this.decideWithinLimit(version, transaction, text);
  }

  /** Once the exact number is known. What is beyond it the route refuses. */
  private async decideWithinLimit(version: LoadedVersion, transaction: Transaction, text: string): Promise<void> {
    const { champions, limits } = this.parts;
    const { target, holder } = this.admitted;
    const limit = await limits.count(holder);
    if (this.over) return;
    // The route counts it again where its version was replaced, or its key revoked, meanwhile: one too many, once.
    if (limit && champions.find(target.model) === version && this.isStillHolder())
      this.decide(version, transaction, text, limit);
    else this.handOn();
  }

  private decide(version: LoadedVersion, transaction: Transaction, text: string, limit: RateLimitState): void {
    const { singles, uses } = this.parts;
    const { holder } = this.admitted;
    uses.add(holder.id);
    this.limit = limit;
    this.version = version.version;
    const plain = text.length > MOST_CHARACTERS || UNUSUAL.test(text);
    const inputs = plain ? JSON.stringify(transaction) : text;
    singles.decide({ version, transaction, inputs, decidedFor: holder.name, reasons: [] }, this);
  }

  /** It has its answer, or nobody is there any more who wants one. */
  end(answered: boolean): void {
    if (this.over) return;
    this.over = true;
    const { parts, carrier } = this;
    this.reading.delete(this);
    const { target, holder } = this.admitted;
    parts.record.end(carrier.connection);
    const line = {
      requestId: this.requestId,
      traceId: this.span.context.traceId,
      method: 'POST',
      route: target.route,
      status: answered ? 200 : HUNG_UP,
      milliseconds: Math.round((performance.now() - this.since) * 1_000) / 1_000,
      model: target.model,
      version: this.version,
      key: holder.name,
    };
    parts.record.write(line);
    this.span.end(`POST ${target.route}`, attributesOf(line), false);
  }

  /** The key may have been revoked while the body came, or its time be over. */
  private isStillHolder(): boolean {
    const { keys } = this.parts;
    const { headers, holder } = this.admitted;
    if (hasExpired(holder)) return false;
    return keys.generation === this.keysAtStart || keys.scorerOf(headers)?.id === holder.id;
  }

  private headersFor(length: number): string[] {
    const { limit } = this;
    const headers = [
      'traceparent',
      writeTraceparent(this.span.context),
      'x-request-id',
      this.requestId,
      'x-response-time-ms',
      (performance.now() - this.since).toFixed(3),
      'content-type',
      JSON_TYPE,
      'content-length',
      String(length),
    ];
    if (limit && limit.limit > 0) {
      headers.push('ratelimit-limit', String(limit.limit), 'ratelimit-remaining', String(limit.remaining));
      headers.push('ratelimit-reset', String(limit.secondsLeft));
    }
    return headers;
  }
}

/** Undefined where it is no JSON that is taken: the route says why. */
function parsed(text: string): unknown {
  try {
    return parseJsonBody(text);
  } catch {
    return undefined;
  }
}
