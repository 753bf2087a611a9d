import { Logger } from '@nestjs/common';
import { type Config, LOG_LEVELS, type LogLevel } from '@app/config';
import { LineBuffer } from './line-buffer.js';

/** What is told of a request: whose it was and how it went, never what it held. */
export interface RequestLine {
  readonly requestId: string;
  /** Null of what could not be read. */
  readonly traceId: string | null;
  readonly method: string;
  /** As it was declared: `/v1/models/:model/score`. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly model: string | null;
  readonly version: number | null;
  /** The name of the key. */
  readonly key: string | null;
  /** What was away, of a 503. */
  readonly outage?: string | undefined;
}

/** A line for each request: JSON in production, to be read by people otherwise. */
export class RequestLog {
  private readonly logger = new Logger('Access');
  private readonly json: boolean;
  private readonly enabled: ReadonlySet<LogLevel>;
  private readonly buffer = new LineBuffer();

  constructor({ production, logLevel }: Pick<Config, 'production' | 'logLevel'>) {
    this.json = production;
    this.enabled = new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1));
  }

  write(line: RequestLine): void {
    const level = this.levelOf(line);
    if (!this.enabled.has(level)) return;
    if (this.json) this.buffer.add(asJson(level, line));
    else this.logger[level](asText(line));
  }

  private levelOf({ status, route, method }: RequestLine): LogLevel {
    if (status >= 500) return status === 503 ? 'warn' : 'error';
    // Whoever sits in front of it wants to see what changes or fails, not each look at a training's progress.
    const onlyRead = !this.json && method === 'GET' && status < 400;
    return onlyRead || isProbe(route) ? 'debug' : 'log';
  }

  /** Before the process ends. */
  close(): void {
    this.buffer.close();
  }
}

/** Probes and scrapes come every few seconds, and say something only when they fail. */
function isProbe(route: string): boolean {
  return /^\/(health|ping|metrics|v2\/health|api\/v1\/status$)/.test(route);
}

/** With the members that all other lines have, too. One literal: ten times as fast as putting objects together. */
function asJson(level: LogLevel, line: RequestLine): string {
  const json = JSON.stringify({
    level,
    pid: process.pid,
    timestamp: Date.now(),
    message: 'request',
    context: 'Access',
    request_id: line.requestId,
    trace_id: line.traceId,
    method: line.method,
    route: line.route,
    status: line.status,
    model: line.model,
    version: line.version,
    key: line.key,
    ms: line.milliseconds,
    outage: line.outage,
  });
  return `${json}\n`;
}

function asText({ requestId, method, route, status, milliseconds, model, version, key, outage }: RequestLine): string {
  const scored = model === null ? '' : ` ${model}${version === null ? '' : ` v${version}`}`;
  return `${method} ${route} ${status} ${milliseconds} ms${scored} ${key ?? '(no key)'} ${requestId}${outage === undefined ? '' : `: ${outage}`}`;
}
