import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { tableFile, zstdFrame } from '../support/table-files.js';
import { requestTraining, simulatedCsv, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const SELECT = `SELECT range % 5 + 1 AS number_of_open_accounts, 1000 + hash(range) % 9000 AS total_credit_limit,
  CASE WHEN range % 20 = 0 THEN 9000 ELSE 100 END + hash(range + 1) % 2000 AS total_balance,
  range % 3 AS number_of_accounts_in_arrears, range % 20 = 0 AS is_fraud FROM range(1000)`;

interface Details {
  readonly model: string | null;
  readonly profile_status: string;
  readonly profile: { readonly rows: number; readonly warnings: { readonly code: string }[] } | null;
  readonly profile_error: { readonly code: string; readonly message: string } | null;
}

describe('data in', () => {
  let app: TestApp;
  let imports: string;

  beforeAll(async () => {
    app = await startApp();
    imports = join(app.dataDir, 'datasets', 'imports');
    await mkdir(join(imports, '2026'), { recursive: true });
  });
  afterAll(() => app.stop());

  const details = async (id: string, query = ''): Promise<Details> =>
    (await app.request().get(`/v1/datasets/${id}${query}`).expect(200)).body as Details;
  const untilProfiled = (id: string, query = ''): Promise<Details> =>
    waitFor(
      async () => {
        const found = await details(id, query);
        return found.profile_status === 'pending' ? null : found;
      },
      { what: `the profile of ${id}` },
    );

  it.each([
    ['CSV as zstd', 'FORMAT csv', zstdFrame],
    ['TSV, gzipped', "FORMAT csv, DELIMITER '\t'", gzipSync],
    ['Parquet', 'FORMAT parquet', (content: Buffer) => content],
    ['Parquet as zstd', 'FORMAT parquet', zstdFrame],
    ['JSON lines', 'FORMAT json', (content: Buffer) => content],
    ['JSON lines, gzipped', 'FORMAT json', gzipSync],
  ])('trains on %s', async (_format, options, pack) => {
    const dataset = await uploadText(app, pack(await tableFile(SELECT, options)));
    const training = await untilTrained(
      app,
      await requestTraining(app, 'credit-account', { dataset, params: { rounds: 5 } }),
    );
    expect(training).toMatchObject({ status: 'processed', error: null });
    expect(training.version).toBeGreaterThan(0);
  });

  it('names the row of Parquet that is wrong', async () => {
    const content = await tableFile(
      SELECT.replace('range % 3 AS', "CASE range WHEN 16 THEN 'x' ELSE '1' END AS"),
      'FORMAT parquet',
    );
    const dataset = await uploadText(app, content);
    const training = await untilTrained(app, await requestTraining(app, 'credit-account', { dataset }));
    expect(training.error).toEqual({ code: 'not_a_number', message: expect.stringContaining('has "x" in row 17') });
  });

  describe('a file in the folder of imports', () => {
    const train = async (dataset: string) =>
      untilTrained(app, await requestTraining(app, 'credit-account', { dataset, params: { rounds: 5 } }));

    it('is trained on, and is a data set like any other', async () => {
      const csv = simulatedCsv('credit-account', { rows: 600, seed: 21 });
      await writeFile(join(imports, '2026', 'accounts.csv.gz'), gzipSync(csv));
      const training = await train('file:imports/2026/accounts.csv.gz');
      expect(training).toMatchObject({ status: 'processed', dataset: 'file:imports/2026/accounts.csv.gz' });
      const { rows } = await app.db.query(
        'SELECT source, simulated FROM datasets WHERE id = (SELECT dataset_id FROM training_jobs WHERE id = $1)',
        [training.id],
      );
      expect(rows).toEqual([{ source: 'file:imports/2026/accounts.csv.gz', simulated: false }]);
    });

    it.each([
      'file:/etc/passwd',
      'file:///etc/passwd',
      'file:imports/../x',
      'file:x',
      'imports/x.csv',
      'file:imports/a\0b',
    ])('is not %j', async (dataset) => {
      const answer = await app.request().post('/v1/models/credit-account/train').send({ dataset }).expect(422);
      expect(answer.body.errors).toEqual([{ path: 'dataset', message: expect.stringContaining('file:imports/') }]);
    });

    it('must be there, and be no link', async () => {
      await symlink('/etc/passwd', join(imports, 'passwd'));
      await symlink('/etc', join(imports, 'etc'));
      expect((await train('file:imports/nothing.csv')).error).toMatchObject({ code: 'bad_path' });
      expect((await train('file:imports/passwd')).error).toMatchObject({ code: 'bad_path' });
      expect((await train('file:imports/etc/passwd')).error).toMatchObject({ code: 'bad_path' });
      const { rows } = await app.db.query("SELECT 1 FROM datasets WHERE source LIKE '%passwd'");
      expect(rows).toEqual([]);
    });
  });

  describe('a profile', () => {
    it('is made for the model whose columns the file has', async () => {
      const id = await uploadText(app, simulatedCsv('credit-account', { rows: 800, seed: 22 }));
      const found = await untilProfiled(id);
      expect(found).toMatchObject({ model: 'credit-account', profile_status: 'ready', profile_error: null });
      expect(found.profile).toMatchObject({ rows: 800, frauds: 40, time_range: null, format: 'csv' });
      expect(await untilProfiled(id, '?model=credit-account')).toMatchObject({ profile: found.profile });
    });

    it('is made at once for the model that the upload names', async () => {
      const answer = await app
        .request()
        .post('/v1/datasets')
        .field('model', 'credit-account')
        .attach('file', Buffer.from(simulatedCsv('credit-account', { rows: 800, seed: 23 })), 'x.csv')
        .expect(201);
      await waitFor(
        async () => {
          const { rows } = await app.db.query(
            "SELECT 1 FROM dataset_profiles WHERE dataset_id = $1 AND status = 'ready'",
            [answer.body.id],
          );
          return rows.length === 1;
        },
        { what: 'a profile that nobody asked for' },
      );
    });

    it('warns of a feature that is the label', async () => {
      const leaky = SELECT.replace('range % 3 AS', '(range % 20 = 0)::INTEGER AS');
      const found = await untilProfiled(await uploadText(app, await tableFile(leaky, 'FORMAT parquet')));
      expect(found.profile?.warnings).toContainEqual(
        expect.objectContaining({ code: 'leak', column: 'number_of_accounts_in_arrears' }),
      );
    });

    it('says why there is none', async () => {
      const id = await uploadText(app, 'a,b\n1,2\n');
      expect((await untilProfiled(id)).profile_error).toMatchObject({ code: 'no_model_fits' });
      expect((await untilProfiled(id, '?model=payments')).profile_error).toMatchObject({ code: 'missing_column' });
    });

    it('is looked for anew once a model is defined that may fit', async () => {
      const id = await uploadText(
        app,
        await tableFile('SELECT range AS speed, range % 9 = 0 AS odd FROM range(500)', 'FORMAT json'),
      );
      expect((await untilProfiled(id)).profile_error).toMatchObject({ code: 'no_model_fits' });
      const definition = { name: 'speeding', label: 'odd', features: [{ name: 'speed', type: 'number' }] };
      await app.request().post('/v1/models').send(definition).expect(201);
      expect(await untilProfiled(id)).toMatchObject({ model: 'speeding', profile_status: 'ready' });
    });

    it('is still made when its worker was killed, and once', async () => {
      const id = await uploadText(app, simulatedCsv('credit-account', { rows: 700, seed: 24 }));
      await app.db.query(
        `INSERT INTO dataset_profiles (dataset_id, status, attempts, claim_id, heartbeat_at)
         VALUES ($1, 'processing', 1, gen_random_uuid(), now() - interval '1 minute')`,
        [id],
      );
      expect(await untilProfiled(id)).toMatchObject({ profile_status: 'ready' });
      const { rows } = await app.db.query('SELECT attempts FROM dataset_profiles WHERE dataset_id = $1', [id]);
      expect(rows).toEqual([{ attempts: 2 }]);
    });

    it.each([
      ['of a data set that is not there', '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a', 404],
      ['of what is no id', '17', 422],
      ['for no model', '?model=', 422],
      ['for a model that is not there', '?model=nobody', 404],
    ])('is refused %s', async (_what, place, status) => {
      const id = place.startsWith('?') ? `${await uploadText(app, 'a,b\n1,2\n')}${place}` : place;
      expect((await app.request().get(`/v1/datasets/${id}`).expect(status)).body.status).toBe(status);
    });

    it('is refused by the upload for a model that is not there', async () => {
      const answer = await app
        .request()
        .post('/v1/datasets')
        .field('model', 'nobody')
        .attach('file', Buffer.from('a,b\n'), 'x')
        .expect(422);
      expect(answer.body.errors).toEqual([{ path: 'model', message: expect.stringContaining('"nobody"') }]);
    });
  });

  it('lists data sets, newest first, page by page', async () => {
    const ids: string[] = [];
    for (const text of ['p,q\n1,2\n', 'p,q\n1,3\n', 'p,q\n1,4\n']) ids.unshift(await uploadText(app, text));
    const first = (await app.request().get('/v1/datasets?limit=2').expect(200)).body;
    expect(first.datasets.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    expect(first.next).toBe(ids[1]);
    const second = (await app.request().get(`/v1/datasets?limit=1&before=${first.next}`).expect(200)).body;
    expect(second.datasets).toEqual([expect.objectContaining({ id: ids[2], source: 'data.csv', simulated: false })]);
    await app.request().get('/v1/datasets?limit=0').expect(422);
    await app.request().get('/v1/datasets?before=x').expect(422);
    expect(
      (await app.request().get('/v1/datasets?before=019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a').expect(200)).body.datasets,
    ).toEqual([]);
  });
});
