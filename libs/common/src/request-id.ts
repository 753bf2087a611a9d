import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A client's `X-Request-ID` when it is short and printable, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && /^[\x21-\x7e]{1,128}$/.test(sent) ? sent : randomUUID();
}
