import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { requestTraining, simulatedCsv, untilTrained, uploadText } from '../support/training.js';

describe('a data set', () => {
  let app: TestApp;
  let files: Server;
  const served = new Map<string, { type: string; body: string | Buffer; status?: number }>();
  const linkTo = (path: string): string => `http://127.0.0.1:${(files.address() as AddressInfo).port}${path}`;

  beforeAll(async () => {
    app = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1', DATASET_MAX_MIB: '4' } });
    files = createServer((request, response) => {
      const file = served.get(request.url ?? '');
      response.writeHead(file?.status ?? (file ? 200 : 404), { 'Content-Type': file?.type ?? 'text/plain' });
      response.end(file?.body ?? 'nothing here');
    }).listen(0, '127.0.0.1');
    await once(files, 'listening');
  });
  afterAll(async () => {
    files.close();
    await app.stop();
  });

  it('fetches a link, also gzipped, and the same bytes twice are one data set', async () => {
    served.set('/rows.csv.gz', {
      type: 'application/gzip',
      body: gzipSync(simulatedCsv('credit-account', { seed: 5 })),
    });
    const request = { dataset: linkTo('/rows.csv.gz'), params: { rounds: 5 } };
    const trainings = [
      await untilTrained(app, await requestTraining(app, 'credit-account', request)),
      await untilTrained(app, await requestTraining(app, 'credit-account', request)),
    ];
    for (const training of trainings) expect(training).toMatchObject({ status: 'processed', dataset: request.dataset });
    const { rows } = await app.db.query('SELECT count(*)::int AS n FROM datasets WHERE source = $1', [request.dataset]);
    expect(rows).toEqual([{ n: 1 }]);
  });

  describe('uploads', () => {
    it('of the same bytes are one data set', async () => {
      const csv = simulatedCsv('credit-account', { rows: 100, seed: 77 });
      expect(await uploadText(app, csv)).toBe(await uploadText(app, csv));
    });

    it('over the limit are refused, and leave nothing behind', async () => {
      const directory = join(app.dataDir, 'datasets');
      const before = await readdir(directory);
      const large = Buffer.alloc(5_000_000, 'x,y\n');
      const answer = await app.request().post('/v1/datasets').attach('file', large, 'large.csv').expect(413);
      expect(answer.body).toMatchObject({ code: 'too_large' });
      expect(await readdir(directory)).toEqual(before);
    });

    it.each([
      ['without a file', () => app.request().post('/v1/datasets').field('simulated', 'true'), 422],
      ['of an empty file', () => app.request().post('/v1/datasets').attach('file', Buffer.alloc(0), 'x.csv'), 422],
      ['under another name', () => app.request().post('/v1/datasets').attach('data', Buffer.from('a'), 'x.csv'), 422],
      ['as JSON', () => app.request().post('/v1/datasets').send({ file: 'x' }), 415],
    ])('%s are refused', async (_, send, status) => {
      const answer = await send().expect(status);
      expect(answer.body.status).toBe(status);
    });
  });

  describe('that cannot be trained on', () => {
    const good = simulatedCsv('credit-account', { rows: 200, seed: 9 });
    const lines = good.trimEnd().split('\n');
    const header = lines[0] ?? '';
    const replaced = (line: number, column: string, value: string): string => {
      const cells = lines[line - 1]?.split(',') ?? [];
      cells[header.split(',').indexOf(column)] = value;
      return lines.with(line - 1, cells.join()).join('\n');
    };
    const allLabelled = (label: string): string =>
      [header, ...lines.slice(1).map((line) => line.replace(/[01]$/, label))].join('\n');

    it.each([
      [
        'a missing column',
        lines.map((line) => line.split(',').slice(2).join()).join('\n'),
        'missing_column',
        /number_of_open_accounts/,
      ],
      ['a label that is not 0/1', replaced(12, 'is_fraud', '2'), 'bad_label', /is_fraud.*"2" in line 12/],
      ['no frauds', allLabelled('0'), 'no_frauds', /fraud/],
      ['nothing but frauds', allLabelled('1'), 'no_legitimate', /fraud|legitimate/],
      ['too few rows', lines.slice(0, 20).join('\n'), 'too_few_rows', /19.*50/],
      [
        'text in a number column',
        replaced(17, 'total_balance', 'a lot'),
        'not_a_number',
        /total_balance.*"a lot" in line 17/,
      ],
      ['a missing value', replaced(33, 'total_balance', ''), 'missing_value', /total_balance.*line 33/],
      ['no CSV', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'not_csv', /./],
    ])('because of %s ends as an error that says so', async (_, content, code, message) => {
      const dataset = await uploadText(app, content);
      const training = await untilTrained(app, await requestTraining(app, 'credit-account', { dataset }));
      expect(training).toMatchObject({ status: 'error', version: null, metrics: null });
      expect(training.error?.code).toBe(code);
      expect(training.error?.message).toMatch(message);
    });

    it.each([
      ['answers 404', () => linkTo('/missing.csv'), 'http_status', /404/],
      ['answers a page', () => linkTo('/page'), 'html_answer', /web page/],
      ['is over the limit', () => linkTo('/large.csv'), 'too_large', /4 MiB/],
      ['reaches nobody', () => 'http://127.0.0.1:1/x.csv', 'unreachable', /refused/i],
      ['has no name in the DNS', () => 'http://nobody.invalid/x.csv', 'unreachable', /nobody\.invalid/],
      ['leads inside', () => 'http://169.254.169.254/latest/meta-data', 'forbidden_address', /DATASET_HOSTS_ALLOWED/],
      ['leads inside by IPv6', () => 'http://[::1]:5432/', 'forbidden_address', /DATASET_HOSTS_ALLOWED/],
    ])('because its link %s ends as an error that says so', async (_, link, code, message) => {
      served.set('/page', { type: 'text/html', body: '<!doctype html><title>Sign in</title>' });
      served.set('/large.csv', { type: 'text/csv', body: 'x'.repeat(5_000_000) });
      const training = await untilTrained(app, await requestTraining(app, 'credit-account', { dataset: link() }));
      expect(training.status).toBe('error');
      expect(training.error?.code).toBe(code);
      expect(training.error?.message).toMatch(message);
    });

    it.each([
      [{}, 'dataset'],
      [{ dataset: '' }, 'dataset'],
      [{ dataset: 'ftp://example.org/x.csv' }, 'dataset'],
      [{ dataset: '/etc/passwd' }, 'dataset'],
      [{ dataset: 'https://me:secret@example.org/x.csv' }, 'dataset'],
      [{ dataset: '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a' }, 'dataset'],
      [{ dataset: 'http://127.0.0.1/', algorithm: 'magic' }, 'algorithm'],
      [{ dataset: 'http://127.0.0.1/', params: { depth: 6 } }, 'params'],
      [{ dataset: 'http://127.0.0.1/', params: { rounds: 'many' } }, 'params'],
      [{ dataset: 'http://127.0.0.1/', seed: -1 }, 'seed'],
    ])('is refused at once: %j', async (body, path) => {
      const answer = await app.request().post('/v1/models/credit-account/train').send(body).expect(422);
      expect(answer.body.errors[0].path).toBe(path);
    });

    it('is refused for a model that does not exist', async () => {
      await app.request().post('/v1/models/nobody/train').send({ dataset: 'http://127.0.0.1/' }).expect(404);
    });
  });
});
