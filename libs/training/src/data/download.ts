import { type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, errors, request } from 'undici';
import { DatasetError } from './dataset-error.js';
import { codeOf } from './error-code.js';
import { looksLikeHtml } from './file-kind.js';
import { parseLink } from './link.js';
import { type Lookup, type ResolvedAddress, resolvePublic } from './public-address.js';
import { type StoredFile, storeStream, tooLarge } from './stored-file.js';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const CONNECT_MS = 10_000;
const IDLE_MS = 30_000;

export interface DownloadOptions {
  readonly directory: string;
  readonly maxBytes: number;
  /** For all of it: redirects, connecting, every byte. */
  readonly timeoutMs: number;
  /** How long the server may stay silent; 30 s unless told. */
  readonly idleMs?: number;
  /** Hosts that need not have a public address: `name`, `address`, or either with `:port`. */
  readonly hostsAllowed: readonly string[];
  /** Resolves names; the system does unless told. */
  readonly lookup?: Lookup;
  /** Bytes so far, and in all where the server says so. */
  readonly onProgress?: (bytes: number, total: number | null) => void;
  /** Ends the download; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Fetches a data set by http(s) into a file of its own in `directory`; rename it with `storeByHash`, or delete it
 * after use. Only public addresses are connected to, also after a redirect. Nothing stays on the disk after an error.
 * @throws DatasetError `bad_url`, `forbidden_address`, `unreachable`, `http_status`, `html_answer`, `too_large`,
 * `empty`
 */
export async function downloadDataset(url: string, options: DownloadOptions): Promise<StoredFile> {
  const limit = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  let target = parseLink(url);
  try {
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const outcome = await fetchOnce(target, options, signal);
      if (!(outcome instanceof URL)) return outcome;
      target = outcome;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DatasetError) throw error;
    if (limit.aborted) {
      const seconds = options.timeoutMs / 1000;
      throw unreachable(target, `the download took longer than the limit of ${seconds} s`, error);
    }
    const why = reasonOf(error);
    if (why === null) throw error;
    throw unreachable(target, why, error);
  }
  throw unreachable(target, `it redirects more than ${MAX_REDIRECTS} times`);
}

/** One request: the stored file, or where it redirects to. */
async function fetchOnce(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<StoredFile | URL> {
  const addresses = await unlessAborted(resolvePublic(url, options.hostsAllowed, options.lookup), signal);
  const idle = Math.max(1, Math.min(options.idleMs ?? IDLE_MS, options.timeoutMs));
  const agent = new Agent({
    connect: { lookup: pinned(addresses), timeout: Math.min(CONNECT_MS, idle) },
    headersTimeout: idle,
    bodyTimeout: idle,
  });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      signal,
      // The file's own bytes are wanted; a packed file is unpacked where it is read.
      headers: {
        accept: 'text/csv, application/vnd.apache.parquet, application/x-ndjson, */*;q=0.5',
        'accept-encoding': 'identity',
      },
    });
    // A body that nobody reads is cut off when the agent goes; that must not count as an unheard error.
    answer.body.on('error', () => undefined);
    if (REDIRECTS.has(answer.statusCode)) return redirectTarget(url, answer);
    return await storeAnswer(url, answer, options, signal);
  } finally {
    await agent.destroy();
  }
}

async function storeAnswer(
  url: URL,
  answer: Dispatcher.ResponseData,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<StoredFile> {
  if (answer.statusCode < 200 || answer.statusCode > 299) {
    throw new DatasetError('http_status', statusMessage(url, answer.statusCode));
  }
  if (/^\s*(text\/html|application\/xhtml\+xml)\b/i.test(header(answer, 'content-type') ?? '')) throw htmlAnswer(url);
  const length = Number(header(answer, 'content-length') ?? Number.NaN);
  if (length > options.maxBytes) throw tooLarge(options.maxBytes);
  const total = Number.isFinite(length) ? length : null;
  return storeStream(answer.body, {
    directory: options.directory,
    maxBytes: options.maxBytes,
    signal,
    onBytes: (bytes) => options.onProgress?.(bytes, total),
    checkHead: (head) => {
      if (looksLikeHtml(head)) throw htmlAnswer(url);
    },
  });
}

function redirectTarget(from: URL, answer: Dispatcher.ResponseData): URL {
  const location = header(answer, 'location');
  if (location === null || !URL.canParse(location, from.href)) {
    throw new DatasetError('bad_url', `${from.host} redirects without saying where to.`);
  }
  return parseLink(new URL(location, from).href);
}

/** A lookup that knows only the addresses that were checked. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(new Error('no address'), '');
  };
}

function header(answer: Dispatcher.ResponseData, name: string): string | null {
  const value = answer.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The DNS cannot be interrupted, but waiting for it can. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new Error('aborted', { cause: signal.reason }));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function unreachable(url: URL, why: string, cause?: unknown): DatasetError {
  return new DatasetError('unreachable', `The link cannot be reached: ${why} (${url.host}).`, { cause });
}

function htmlAnswer(url: URL): DatasetError {
  return new DatasetError(
    'html_answer',
    `${url.host} answered a web page, not data. Use the link that downloads the file itself: on GitHub the "raw" ` +
      'link, on Google Drive or Dropbox the direct download; and see that no log-in is needed.',
  );
}

function statusMessage(url: URL, status: number): string {
  const advice =
    status === 401 || status === 403
      ? 'The link must work without a log-in.'
      : status === 404 || status === 410
        ? 'There is no such file; check the link.'
        : status >= 500
          ? 'The server has a fault; try again later.'
          : 'Check the link.';
  return `${url.host} answered HTTP ${status}. ${advice}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name was not found (DNS)',
  EAI_AGAIN: 'the name was not found (DNS)',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the host',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the server stopped sending in the middle',
  UND_ERR_SOCKET: 'the connection broke off',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection broke off',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection broke off',
};

/** Why a connection failed, in words; null for what is no fault of the connection (a full disk, a bug). */
function reasonOf(error: unknown): string | null {
  const code = codeOf(error);
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (/^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/.test(code)) {
    return `no secure connection could be made (TLS: ${code})`;
  }
  const foreign = error instanceof errors.HTTPParserError || code.startsWith('UND_ERR');
  return foreign ? 'it does not answer as a web server does' : null;
}
