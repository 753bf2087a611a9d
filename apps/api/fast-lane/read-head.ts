const END = '\r\n\r\n';
/** More than clients send; Node itself takes twice as much. */
const MOST_BYTES = 8_192;

/** In plain ASCII, each header on a line of its own, its name a token (RFC 9112, sections 3 and 5). */
const STRICT = /^([A-Z]{3,7}) (\/[!-~]*) HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~]*\r\n)+$/;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const LENGTH = /^\d{1,12}$/;

const CONNECTION: ReadonlySet<string> = new Set(['keep-alive', 'close']);

const LOOKED_AT = [
  'host',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'idempotency-key',
  'traceparent',
  'x-api-key',
  'x-request-id',
] as const;
type LookedAt = (typeof LOOKED_AT)[number];
const LOOKED_AT_NAMES: ReadonlySet<string> = new Set(LOOKED_AT);

/** They change where a request ends, what comes before its answer, or what the connection is. */
const DECLINED: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'trailer',
  'expect',
  'upgrade',
  'proxy-connection',
]);

/** What the fast lane looks at of a request's head, as Node would give it. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Partial<Record<LookedAt, string>>>;
  /** Whether the client wants no other answer on its connection. */
  readonly isLast: boolean;
  /** Up to the body. */
  readonly bytes: number;
  readonly bodyBytes: number;
}

/**
 * Reads heads that everybody understands alike, so that there is no doubt where the request ends: HTTP/1.1 to the letter,
 * a body by `Content-Length` alone, and nothing twice that matters. Of all else it makes nothing: that is for Node's parser,
 * which knows what to make of it.
 * @param chunk what came first of a request
 */
export function readHead(chunk: Buffer): RequestHead | undefined {
  const end = chunk.indexOf(END);
  if (end < 0 || end > MOST_BYTES) return undefined;
  const text = chunk.toString('latin1', 0, end + 2);
  const [, method, url] = STRICT.exec(text) ?? [];
  if (method === undefined || url === undefined || !METHODS.has(method)) return undefined;
  const headers = readHeaders(text);
  if (headers?.host === undefined) return undefined;
  const connection = headers.connection?.toLowerCase() ?? 'keep-alive';
  const length = headers['content-length'] ?? '0';
  if (!CONNECTION.has(connection) || !LENGTH.test(length)) return undefined;
  const isLast = connection === 'close';
  return { method, url, headers, isLast, bytes: end + END.length, bodyBytes: Number(length) };
}

/** Undefined: one is there that is declined, or that matters is there twice. */
function readHeaders(text: string): Partial<Record<LookedAt, string>> | undefined {
  const headers: Partial<Record<LookedAt, string>> = {};
  let start = text.indexOf('\n') + 1;
  while (start < text.length) {
    const colon = text.indexOf(':', start);
    const stop = text.indexOf('\r', colon);
    const name = text.slice(start, colon).toLowerCase();
    if (isLookedAt(name)) {
      if (headers[name] !== undefined) return undefined;
      headers[name] = text.slice(colon + 1, stop).trim();
    } else if (DECLINED.has(name)) return undefined;
    start = stop + 2;
  }
  return headers;
}

function isLookedAt(name: string): name is LookedAt {
  return LOOKED_AT_NAMES.has(name);
}
