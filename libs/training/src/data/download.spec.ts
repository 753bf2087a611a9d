import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { downloadDataset, type DownloadOptions } from './download.js';
import { type StoredFile } from './stored-file.js';

const CSV = 'a,b\n1,2\n'.repeat(1000);

let directory: string;
let server: Server;
let base: string;
let host: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'download-'));
  server = createServer((request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  base = `http://${host}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function download(path = '/data.csv', options: Partial<DownloadOptions> = {}): Promise<StoredFile> {
  const usual = { directory, maxBytes: 1_000_000, timeoutMs: 20_000, hostsAllowed: [host] };
  return downloadDataset(URL.canParse(path) ? path : base + path, { ...usual, ...options });
}

async function expectRefused(downloading: Promise<unknown>, code: string, words: string): Promise<void> {
  await expect(downloading).rejects.toMatchObject({
    name: 'DatasetError',
    code,
    message: expect.stringContaining(words),
  });
  expect(await readdir(directory)).toEqual([]);
}

describe('downloadDataset', () => {
  it('stores what the server sends, with its hash, and tells of the progress', async () => {
    const told: [number, number | null][] = [];
    answer = (_request, response) => response.writeHead(200, { 'content-length': CSV.length }).end(CSV);
    const stored = await download('/data.csv', { onProgress: (bytes, total) => told.push([bytes, total]) });
    expect(stored).toMatchObject({ bytes: CSV.length, sha256: createHash('sha256').update(CSV).digest('hex') });
    expect(await readFile(stored.path, 'utf8')).toBe(CSV);
    expect(told.at(-1)).toEqual([CSV.length, CSV.length]);
  });

  it.each([{}, { 'content-encoding': 'gzip' }])('leaves a gzip file as it is, with headers %j', async (headers) => {
    const gz = gzipSync(CSV);
    answer = (_request, response) => response.writeHead(200, headers).end(gz);
    expect(await readFile((await download()).path)).toEqual(gz);
  });

  it('follows redirects, also relative ones', async () => {
    answer = (request, response) => {
      if (request.url === '/data.csv') response.writeHead(302, { location: '/b' }).end('moved');
      else if (request.url === '/b') response.writeHead(307, { location: `${base}/c?x=1` }).end();
      else response.end(CSV);
    };
    expect((await download()).bytes).toBe(CSV.length);
  });

  it('does not care for the body of a redirect or of an error', async () => {
    const long = 'x'.repeat(5_000_000);
    answer = (request, response) => {
      if (request.url === '/data.csv') response.writeHead(302, { location: '/b' }).end(long);
      else response.writeHead(404).end(long);
    };
    await expectRefused(download(), 'http_status', '404');
  });

  it('gives up after five redirects', async () => {
    let asked = 0;
    answer = (_request, response) => response.writeHead(302, { location: `/${++asked}` }).end();
    await expectRefused(download(), 'unreachable', 'redirects more than 5 times');
    expect(asked).toBe(6);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'forbidden_address', '169.254.169.254'],
    ['http://localhost:1/x', 'forbidden_address', 'DATASET_HOSTS_ALLOWED=localhost:1'],
    ['http://[::ffff:127.0.0.1]:1/', 'forbidden_address', 'not a public'],
    ['http://2130706433/', 'forbidden_address', 'not a public'],
    ['http://0177.0.0.1/', 'forbidden_address', 'not a public'],
    ['//10.0.0.1/x', 'forbidden_address', '10.0.0.1'],
    ['file:imports/x.csv', 'bad_url', 'http://'],
    ['file:///etc/passwd', 'bad_url', 'http://'],
    ['http://user:secret@example.com/', 'bad_url', 'password'],
    ['', 'bad_url', 'without saying where'],
  ])('checks where a redirect leads: %s', async (location, code, words) => {
    answer = (_request, response) => response.writeHead(302, location === '' ? {} : { location }).end();
    await expectRefused(download(), code, words);
  });

  it('asks nothing of a server that is not allowed', async () => {
    let asked = 0;
    answer = (_request, response) => {
      asked++;
      response.end(CSV);
    };
    await expectRefused(download('/x', { hostsAllowed: [] }), 'forbidden_address', host);
    await expectRefused(download('/x', { hostsAllowed: ['127.0.0.1:1'] }), 'forbidden_address', host);
    expect(asked).toBe(0);
  });

  it('connects to the address that it looked up', async () => {
    answer = (_request, response) => response.end(CSV);
    const byName = base.replace('127.0.0.1', 'localhost');
    expect((await download(`${byName}/x`, { hostsAllowed: ['localhost'] })).bytes).toBe(CSV.length);
  });

  it('does not ask for the address again when it connects', async () => {
    answer = (_request, response) => response.end(CSV);
    const asked: string[] = [];
    const lookup = (name: string): Promise<{ address: string; family: number }[]> => {
      asked.push(name);
      // A name that is set up to change its address between the check and the use.
      return Promise.resolve([{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]);
    };
    const link = base.replace('127.0.0.1', 'rebinding.example');
    // The system knows no such name: the bytes can only come from the address that was checked.
    const stored = await download(`${link}/x`, { hostsAllowed: ['127.0.0.1'], lookup });
    expect(stored.bytes).toBe(CSV.length);
    expect(asked).toEqual(['rebinding.example']);
  });

  it('checks a name that a redirect leads to, also the same one again', async () => {
    let hops = 0;
    answer = (_request, response) => {
      hops++;
      response.writeHead(302, { location: base.replace('127.0.0.1', 'rebinding.example') }).end();
    };
    let asked = 0;
    const lookup = (): Promise<{ address: string; family: number }[]> =>
      Promise.resolve([{ address: ++asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    const link = base.replace('127.0.0.1', 'rebinding.example');
    const downloading = download(`${link}/x`, { hostsAllowed: ['127.0.0.1'], lookup });
    await expectRefused(downloading, 'forbidden_address', 'rebinding.example (169.254.169.254)');
    expect(hops).toBe(1);
  });

  it.each([
    ['not a link', 'http://'],
    ['ftp://example.com/x.csv', 'http://'],
    ['file:///etc/passwd', 'http://'],
    ['https://user:secret@example.com/x.csv', 'password'],
  ])('refuses %s', async (link, words) => {
    await expectRefused(
      downloadDataset(link, { directory, maxBytes: 1, timeoutMs: 1000, hostsAllowed: [] }),
      'bad_url',
      words,
    );
  });

  it.each([
    [404, 'no such file'],
    [403, 'log-in'],
    [503, 'try again later'],
    [304, 'HTTP 304'],
  ])('says that the server answered %d', async (status, words) => {
    answer = (_request, response) => response.writeHead(status).end();
    await expectRefused(download(), 'http_status', words);
  });

  it.each([
    [{ 'content-type': 'Text/HTML; charset=utf-8' }, 'a,b\n1,2\n'],
    [{ 'content-type': 'text/csv' }, `\n<!DOCTYPE html>${' '.repeat(2000)}`],
    [{}, '<html>'],
  ])('tells a web page from data: %j', async (headers, body) => {
    answer = (_request, response) => response.writeHead(200, headers).end(body);
    await expectRefused(download(), 'html_answer', '"raw"');
  });

  it('believes a length that is over the limit', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 1001 });
      response.write('a');
    };
    await expectRefused(download('/x', { maxBytes: 1000 }), 'too_large', '1000 bytes');
  });

  it('stops at the limit when the server does not say how much comes', async () => {
    answer = (_request, response) => {
      response.on('error', () => undefined);
      const send = (): void => {
        if (!response.destroyed) response.write('x'.repeat(50_000), send);
      };
      send();
    };
    await expectRefused(download('/x', { maxBytes: 100_000 }), 'too_large', '97.7 KiB');
  });

  it('refuses an empty answer', async () => {
    answer = (_request, response) => response.end();
    await expectRefused(download(), 'empty', 'no bytes');
  });

  it('says that a connection was refused', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expectRefused(download(), 'unreachable', 'the connection was refused');
    server.listen(0, '127.0.0.1');
  });

  it('says that a name is not known', async () => {
    await expectRefused(download('http://no-such-host.invalid/x.csv'), 'unreachable', '(DNS)');
  });

  it('says that TLS failed', async () => {
    answer = (_request, response) => response.end(CSV);
    await expectRefused(download(`https://${host}/x`), 'unreachable', 'TLS');
  });

  it('says that the transfer broke off', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CSV.length });
      response.write(CSV.slice(0, 2000), () => response.socket?.destroy());
    };
    await expectRefused(download(), 'unreachable', 'broke off');
  });

  it('says that something else than a web server answered', async () => {
    answer = (_request, response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
    await expectRefused(download(), 'unreachable', 'as a web server does');
  });

  it('does not wait for a server that never answers', async () => {
    answer = () => undefined;
    await expectRefused(download('/x', { idleMs: 200 }), 'unreachable', 'did not answer in time');
  });

  it('does not wait for a server that falls silent', async () => {
    answer = (_request, response) => response.write('a,b\n');
    await expectRefused(download('/x', { idleMs: 200 }), 'unreachable', 'stopped sending');
  });

  it('ends a transfer that drips on past the limit of time', async () => {
    answer = (_request, response) => {
      const drip = setInterval(() => response.write('1,2\n'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    await expectRefused(download('/x', { timeoutMs: 400 }), 'unreachable', 'longer than the limit of 0.4 s');
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    answer = (_request, response) => response.write(CSV);
    const downloading = download('/x', {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(new Error('cancelled'));
      },
    });
    await expect(downloading).rejects.toThrow('cancelled');
    expect(await readdir(directory)).toEqual([]);
  });
});
