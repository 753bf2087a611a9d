import { afterAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { readHead } from './read-head.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const request = (line: string, ...headers: readonly string[]): string =>
  [line, 'Host: here', ...headers, '', ''].join('\r\n');

describe('readHead', () => {
  it('reads what it looks at', () => {
    const head = request(
      'POST /v1/models/cards/score?explain=false HTTP/1.1',
      'X-API-Key:  secret ',
      'CONTENT-TYPE: application/json',
      'User-Agent: any',
      'Content-Length: 2',
      'Connection: Keep-Alive',
    );
    expect(readHead(bytes(`${head}{}GET`))).toEqual({
      method: 'POST',
      url: '/v1/models/cards/score?explain=false',
      headers: {
        host: 'here',
        connection: 'Keep-Alive',
        'x-api-key': 'secret',
        'content-type': 'application/json',
        'content-length': '2',
      },
      isLast: false,
      bytes: head.length,
      bodyBytes: 2,
    });
  });

  it('knows a request without a body, and a last one', () => {
    const head = readHead(bytes(request('GET / HTTP/1.1', 'connection: close')));
    expect(head).toMatchObject({ method: 'GET', bodyBytes: 0, isLast: true });
  });

  it.each([
    ['that is not all there', request('GET / HTTP/1.1').slice(0, -1)],
    ['that is long', request('GET / HTTP/1.1', `X: ${'x'.repeat(8_192)}`)],
    ['without a host', 'GET / HTTP/1.1\r\nX: y\r\n\r\n'],
    ['of HTTP/1.0', request('GET / HTTP/1.0')],
    ['for a proxy', request('GET http://elsewhere/ HTTP/1.1')],
    ['of another method', request('TRACE / HTTP/1.1')],
    ['with chunks', request('POST / HTTP/1.1', 'transfer-encoding: chunked')],
    ['with chunks and a length', request('POST / HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['with two lengths', request('POST / HTTP/1.1', 'Content-Length: 5', 'Content-Length: 5')],
    ['with a list of lengths', request('POST / HTTP/1.1', 'Content-Length: 5, 5')],
    ['with a length that is signed', request('POST / HTTP/1.1', 'Content-Length: +5')],
    ['with an empty length', request('POST / HTTP/1.1', 'Content-Length:')],
    ['that expects to be told to go on', request('POST / HTTP/1.1', 'Expect: 100-continue')],
    ['for another protocol', request('GET / HTTP/1.1', 'Connection: upgrade', 'Upgrade: websocket')],
    ['with two keys', request('GET / HTTP/1.1', 'X-API-Key: a', 'x-api-key: b')],
    ['with a space before a colon', request('GET / HTTP/1.1', 'Content-Length : 5')],
    ['with a header over two lines', request('GET / HTTP/1.1', 'A: b', ' c')],
    ['with a line that ends early', request('GET / HTTP/1.1', 'A: b\nContent-Length: 5')],
    ['with a control character', request('GET / HTTP/1.1', 'A: b\0')],
    ['with a tab', request('POST / HTTP/1.1', 'Content-Length: 5\t')],
    ['that closes by an old name', request('GET / HTTP/1.1', 'Proxy-Connection: close')],
    ['with an umlaut', request('GET / HTTP/1.1', 'A: \xe4')],
  ])('leaves a head %s to Node', (_, text) => {
    expect(readHead(bytes(text))).toBeUndefined();
  });

  describe('beside Node', () => {
    const seen: IncomingMessage[] = [];
    const node = createServer((incoming, response) => {
      seen.push(incoming);
      incoming.resume();
      response.end();
    }).on('clientError', (_, socket) => socket.destroy());
    afterAll(() => {
      node.close();
    });
    /** What Node makes of what comes on one connection. */
    const readByNode = async (text: string): Promise<IncomingMessage[]> => {
      seen.length = 0;
      const connection = new Duplex({
        read: () => undefined,
        write: (_chunk, _encoding, done) => {
          done();
        },
      });
      node.emit('connection', connection);
      connection.push(bytes(text));
      await new Promise((resolve) => setTimeout(resolve, 2));
      connection.destroy();
      return [...seen];
    };

    const name = fc.constantFrom(
      'content-length',
      'Content-Length',
      'transfer-encoding',
      'connection',
      'proxy-connection',
      'x-api-key',
      'a',
    );
    const value = fc.constantFrom('0', '5', '05', '5, 5', '-1', '0x5', 'chunked', 'close', 'keep-alive', 'a b', '');
    const colon = fc.constantFrom(':', ': ', ' :', ':\t', ' ', ': \v');
    const end = fc.constantFrom('\r\n', '\r\n', ' \r\n', '\t\r\n', '\n', '\r', '\r\n ');
    const header = fc.tuple(name, colon, value, end).map((parts) => parts.join(''));
    const line = fc
      .tuple(fc.constantFrom('POST', 'GET', 'post', 'PRI'), fc.constantFrom('/', '/a?b=c', '*', '/ä', '//'))
      .map(([method, url]) => `${method} ${url} HTTP/1.1\r\n`);
    const plainly = fc.constantFrom('Content-Length: 5\r\n', 'X-API-Key: a\r\n', 'connection: close\r\n', 'a: b\r\n');
    const headers = fc.oneof(fc.array(header, { maxLength: 3 }), fc.uniqueArray(plainly));
    const odd = fc.tuple(line, headers, fc.constantFrom('Host: here\r\n', '')).map(([first, more, host]) => {
      return `${first}${host}${more.join('')}\r\n`;
    });

    it('agrees with it on where a request ends, whatever comes', async () => {
      let read = 0;
      const property = fc.asyncProperty(odd, async (text) => {
        const head = readHead(bytes(text));
        if (!head) return;
        read += 1;
        const [first, second, ...more] = await readByNode(
          `${text}${'x'.repeat(head.bodyBytes)}${request('GET /next HTTP/1.1')}`,
        );
        expect(head.bytes).toBe(text.length);
        expect({ method: first?.method, url: first?.url }).toEqual({ method: head.method, url: head.url });
        expect(first?.headers).toMatchObject(head.headers);
        // After a last one, Node reads no more.
        expect(second?.url).toBe(head.isLast ? undefined : '/next');
        expect(more).toEqual([]);
      });
      await fc.assert(property, { numRuns: 3_000 });
      expect(read).toBeGreaterThan(100);
    });
  });
});
