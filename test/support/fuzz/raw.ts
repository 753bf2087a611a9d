/** What only a socket can say, and the status that is answered; null: the connection ends without a word. */
export interface RawCase {
  readonly name: string;
  readonly send: (key: string) => string | Buffer;
  readonly status: number | null;
  /** Whether the client waits for the answer with its half open: Node answers to nobody else, unless it is at once. */
  readonly keepOpen?: boolean;
}

const post = (key: string, headers: string, body = ''): string =>
  `POST /v1/fraud-score HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`;

export const RAW_CASES: readonly RawCase[] = [
  {
    name: 'garbage',
    send: () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0xff, 0x0d, 0x0a]),
    status: 400,
  },
  { name: 'no HTTP at all', send: () => 'hello\r\n\r\n', status: 400 },
  { name: 'HTTP/2 without asking', send: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  { name: 'an unknown version', send: () => 'GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n', status: 400 },
  { name: 'an unknown method', send: () => 'FRAUD /health/live HTTP/1.1\r\nHost: x\r\n\r\n', status: 400 },
  {
    name: 'control characters in a header',
    send: () => 'GET /health/live HTTP/1.1\r\nHost: x\r\nA: \u0001\u0000\r\n\r\n',
    status: 400,
  },
  {
    name: 'a header without a colon',
    send: () => 'GET /health/live HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n',
    status: 400,
  },
  { name: 'a tunnel', send: () => 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', status: 400 },
  { name: 'spaces in the path', send: () => 'GET /health live HTTP/1.1\r\nHost: x\r\n\r\n', status: 400 },
  {
    name: 'raw bytes in the path',
    send: () => Buffer.from('GET /health/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n', 'latin1'),
    status: 400,
  },
  {
    name: 'headers of 20 KiB',
    send: () => `GET /health/live HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
    status: 431,
  },
  { name: 'a path of 20 KiB', send: () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, status: 431 },
  {
    name: 'a length and chunks',
    send: (key) => post(key, 'Content-Length: 2\r\nTransfer-Encoding: chunked', '0\r\n\r\n'),
    status: 400,
  },
  { name: 'two lengths', send: (key) => post(key, 'Content-Length: 2\r\nContent-Length: 3', '{}'), status: 400 },
  { name: 'a negative length', send: (key) => post(key, 'Content-Length: -1', '{}'), status: 400 },
  { name: 'a length that is no number', send: (key) => post(key, 'Content-Length: ten', '{}'), status: 400 },
  {
    name: 'a length beyond all measure',
    send: (key) => post(key, 'Content-Length: 99999999999999999999', '{}'),
    status: 400,
  },
  {
    name: 'a length over the limit',
    send: (key) => post(key, 'Content-Length: 999999999', '{}'),
    status: 413,
    keepOpen: true,
  },
  {
    name: 'a chunk that lies',
    send: (key) => post(key, 'Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n'),
    status: 400,
  },
  { name: 'an unknown coding', send: (key) => post(key, 'Transfer-Encoding: fraud', '{}'), status: 400 },
  { name: 'a body that breaks off', send: (key) => post(key, 'Content-Length: 100', '{"Time":'), status: 400 },
  { name: 'chunks that break off', send: (key) => post(key, 'Transfer-Encoding: chunked', '5\r\n{"Ti'), status: 400 },
  { name: 'half a request line', send: () => 'GET /health/li', status: 400 },
  { name: 'nothing', send: () => '', status: null },
];
