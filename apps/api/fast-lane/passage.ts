import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasExpired, type KeyHolder } from '@app/auth';
import { parseJsonBody, requestIdOf } from '@app/common';
import { isTransaction } from '@app/features';
import { readTraceparent, type Span, writeTraceparent } from '@app/metrics';
import type { RateLimitState } from '@app/rate-limit';
import type { DecisionRecord, DecisionSink } from '@app/scoring';
import { attributesOf, HUNG_UP } from '../observe-requests.js';
import type { LaneParts } from './lane-parts.js';
import type { Target } from './lane-routes.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** What PostgreSQL would refuse, or write out at great length: exponents of three digits, half characters, U+0000. */
const UNUSUAL = /[eE][+-]?\d{3}|\\u(?:0000|[dD][89a-fA-F])/;
/** Nor may a number be as long as this. */
const MOST_CHARACTERS = 16_000;

/** What is known of a request from its head. */
interface Head {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
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
  private readonly chunks: Buffer[] = [];
  /** The version that decides. */
  private version: number | null = null;
  private over = false;
  /** Its answer has to wait for an earlier one on the same connection. */
  private behindAnother = false;
  private limit: RateLimitState | undefined;

  constructor(
    private readonly parts: LaneParts,
    private readonly reading: Set<Passage>,
    private readonly head: Head,
  ) {
    const { request } = head;
    this.requestId = requestIdOf(request);
    this.span = parts.tracing.begin(readTraceparent(request.headers.traceparent), 'server');
    this.keysAtStart = parts.keys.generation;
  }

  begin(): void {
    const { request, response } = this.head;
    this.parts.record.begin(request.socket);
    this.reading.add(this);
    request.on('data', this.onData);
    request.on('end', this.onEnd);
    // It also comes when the client does not wait for an answer.
    response.on('close', this.onClose);
    // Of one that waits behind another answer, its socket alone tells that the client has gone.
    this.behindAnother = response.socket === null;
    if (this.behindAnother) request.socket.on('close', this.onClose);
  }

  /** Leaves the request to its route. @param error what it is answered with; left out: the route reads the body again */
  handOn(error?: unknown): void {
    const { request, response } = this.head;
    this.parts.left.add();
    this.reading.delete(this);
    request.off('data', this.onData).off('end', this.onEnd);
    response.off('close', this.onClose);
    if (this.behindAnother) request.socket.off('close', this.onClose);
    this.parts.record.end(request.socket);
    if (error === undefined) this.parts.handedOn.withBody(request, response, this.chunks);
    else this.parts.handedOn.withFailure(request, response, error);
  }

  decided(record: DecisionRecord): void {
    const { response, target } = this.head;
    const body = target.answer(record, target.model, this.version ?? 0);
    this.parts.answered.add();
    response.writeHead(200, this.headersFor(Buffer.byteLength(body)));
    response.end(body);
  }

  failed(error: unknown): void {
    // Who has gone has its line already.
    if (!this.over) this.handOn(error);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.chunks.push(chunk);
  };

  private readonly onEnd = (): void => {
    this.reading.delete(this);
    const { parts } = this;
    const { target, holder } = this.head;
    const text = textOf(this.chunks);
    const transaction = parsed(text);
    const version = parts.champions.find(target.model);
    const fits = version?.validate(transaction).length === 0 && isTransaction(transaction);
    if (!fits || target.takes?.(transaction) === false || !this.isStillHolder()) {
      this.handOn();
      return;
    }
    this.limit = parts.limits.countIfFar(holder);
    if (!this.limit) {
      this.handOn();
      return;
    }
    parts.uses.add(holder.id);
    this.version = version.version;
    const plain = text.length > MOST_CHARACTERS || UNUSUAL.test(text);
    const inputs = plain ? JSON.stringify(transaction) : text;
    parts.scoring.decide({ version, transaction, inputs, decidedFor: holder.name, reasons: [] }, this);
  };

  /** The key may have been revoked while the body came, or its time be over. */
  private isStillHolder(): boolean {
    const { keys } = this.parts;
    const { request, holder } = this.head;
    if (hasExpired(holder)) return false;
    return keys.generation === this.keysAtStart || keys.scorerOf(request.headers)?.id === holder.id;
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
    // The port may have been closed since it began: then this is the connection's last answer.
    if (this.parts.draining.saysGoodbye) headers.push('connection', 'close');
    return headers;
  }

  private readonly onClose = (): void => {
    if (this.over) return;
    this.over = true;
    this.reading.delete(this);
    const { request, response, target, holder } = this.head;
    const answered = response.writableFinished;
    // One that was answered was read to its end, and says no more.
    if (!answered) request.off('data', this.onData).off('end', this.onEnd);
    if (this.behindAnother) request.socket.off('close', this.onClose);
    this.parts.record.end(request.socket);
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
    this.parts.record.write(line);
    this.span.end(`POST ${target.route}`, attributesOf(line), false);
  };
}

/** Nearly every body comes in one piece. */
function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString('utf8');
}

/** Undefined where it is no JSON that is taken: the route says why. */
function parsed(text: string): unknown {
  try {
    return parseJsonBody(text);
  } catch {
    return undefined;
  }
}
