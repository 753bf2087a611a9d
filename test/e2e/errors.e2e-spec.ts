import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { exchange } from '../support/raw-request.js';

describe('errors', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  it('are problem details with the request id', async () => {
    const answer = await app.request().get('/v1/nothing').set('X-Request-ID', 'r-1').expect(404);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'This path does not exist.',
      code: 'not_found',
      request_id: 'r-1',
    });
  });

  it.each([
    ['get', '/v1/models/nobody', 404, 'not_found'],
    ['get', '/v1/models/nobody/versions', 404, 'not_found'],
    ['get', '/v1/models/nobody/promotions', 404, 'not_found'],
    ['get', '/v1/models/credit-card/versions/1', 404, 'not_found'],
    ['get', '/v1/models/credit-card/versions/1a', 422, 'invalid_parameter'],
    ['get', '/v1/models/credit-card/versions/0/artifact', 422, 'invalid_parameter'],
    ['get', '/v1/training/4711', 404, 'not_found'],
    ['get', '/v1/training/99999999999999999999', 422, 'invalid_parameter'],
    ['get', '/v1/decisions/019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a', 404, 'not_found'],
    ['get', '/v1/fraud-score', 405, 'method_not_allowed'],
    ['get', "/v1/decisions/'; DROP TABLE decisions; --", 422, 'invalid_parameter'],
  ] as const)('%s %s → %d %s', async (method, path, status, code) => {
    const answer = await app.request()[method](encodeURI(path)).expect(status);
    expect(answer.body.code).toBe(code);
  });

  it('tell a wrong query from a wrong body', async () => {
    const answer = await app.request().post('/v1/models/credit-card/score?explain=perhaps').send({ V1: 1 }).expect(422);
    expect(answer.body).toMatchObject({ code: 'invalid_parameter', errors: [{ path: 'explain' }] });
  });

  it.each([
    ['with a bare NaN', '{"V1": NaN}', 'application/json', 422, 'invalid_body'],
    ['that breaks off', '{"V1": ', 'application/json', 422, 'invalid_body'],
    ['that is empty', '', 'application/json', 422, 'invalid_body'],
    ['of XML', '<xml/>', 'application/xml', 415, 'unsupported_media_type'],
    ['of a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['over a mebibyte', JSON.stringify({ V1: 'x'.repeat(1_100_000) }), 'application/json', 413, 'too_large'],
  ])('to a body %s', async (_, body, type, status, code) => {
    const answer = await app.request().post('/v1/fraud-score').set('Content-Type', type).send(body).expect(status);
    expect(answer.body).toMatchObject({ status, code });
  });

  const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
  const definition = { name: 'x', label: 'y', features: [{ name: 'a', type: 'number' }] };
  it.each([
    ['a null for a default', '/v1/models/credit-card/train', '{"dataset":"http://h/","algorithm":null}', 'algorithm'],
    ['null parameters', '/v1/models/credit-card/train', '{"dataset":"http://h/","params":null}', 'params'],
    ['no data set', '/v1/models/credit-card/train', '{}', 'dataset'],
    ['deep nesting', '/v1/models/credit-card/train', `{"dataset":"http://h/","params":${deep(60_000)}}`, ''],
    ['deep nesting where nothing is known', '/v1/models', deep(60_000), ''],
    ['a list for a feature', '/v1/models', JSON.stringify({ ...definition, features: [[]] }), 'features'],
    ['no list of features', '/v1/models', JSON.stringify({ ...definition, features: {} }), 'features'],
    ['U+0000 in a text', '/v1/models', JSON.stringify({ ...definition, description: 'a\u0000b' }), 'description'],
    ['half a character', '/v1/models', JSON.stringify({ ...definition, description: '\ud800' }), 'description'],
    [
      'a forest that would fill the memory',
      '/v1/models/credit-card/train',
      '{"dataset":"http://h/","params":{"rounds":10000,"max_depth":20}}',
      'params',
    ],
  ])('name the field for %s', async (_, path, body, field) => {
    const answer = await app.request().post(path).type('json').send(body).expect(422);
    expect(answer.body.errors[0]).toMatchObject({ path: field });
  });

  it.each(['/v1/models/%00', '/v1/models/%00/versions', '/v1/models/%ff', `/v1/models/${'x'.repeat(200)}`])(
    'are 404 for the path %.30s',
    async (path) => {
      const answer = await app.request().get(path).expect(404);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
    },
  );

  it('name a hundred fields, not all', async () => {
    const unknown = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 0]));
    const some = await app.request().post('/v1/keys').send(unknown(200)).expect(422);
    expect(some.body.errors).toHaveLength(100);
    const many = await app.request().post('/v1/keys').send(unknown(12_000)).expect(422);
    expect(many.body.errors).toEqual([{ path: '', message: 'must not hold more than 12000 values' }]);
  });

  it('are none for an expectation that nobody knows', async () => {
    const request = 'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n';
    expect(await exchange(app.url, request, true)).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*{"status":"ok"}$/);
  });

  it.each([
    [
      'with a field of broken JSON',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="simulated"\r\nContent-Type: application/json\r\n\r\n{\r\n--b--\r\n',
    ],
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that breaks off',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1',
    ],
    [
      'that breaks off in a larger file',
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'1,2\n'.repeat(50_000)}`,
    ],
    [
      'with a larger part that says nothing of itself',
      'multipart/form-data; boundary=b',
      `--b\r\nno header at all\r\n\r\n${'x'.repeat(60_000)}\r\n--b--\r\n`,
    ],
  ])('refuse a multipart body %s', async (_, type, body) => {
    const answer = await app.request().post('/v1/datasets').set('Content-Type', type).send(body);
    expect(answer.status).toBe(422);
    expect(answer.type).toBe('application/problem+json');
  });

  it.each([
    ['with two files', ['file', 'file'], 'file'],
    ['with a file in another field', ['other'], 'other'],
    ['with a name that JavaScript keeps for itself', ['constructor'], ''],
    ['with fields without end', Array.from({ length: 12 }, () => 'simulated'), ''],
    ['with an endless name', ['x'.repeat(5_000)], 'x'.repeat(128)],
  ])('tell the field of an upload %s', async (_, names, path) => {
    const request = app.request().post('/v1/datasets');
    for (const name of names) {
      if (name === 'simulated') void request.field(name, 'true');
      else void request.attach(name, Buffer.from('a,b\n1,2\n'), 'data.csv');
    }
    const answer = await request.expect(422);
    expect(answer.body).toMatchObject({ code: 'invalid_body', errors: [{ path }] });
  });

  it('name the part of an upload by an empty path where it has no name', async () => {
    const body = '--b\r\nContent-Disposition: form-data\r\n\r\ntrue\r\n--b--\r\n';
    const type = 'multipart/form-data; boundary=b';
    const answer = await app.request().post('/v1/datasets').set('Content-Type', type).send(body).expect(422);
    expect(answer.body.errors).toEqual([{ path: '', message: 'is not a field of an upload' }]);
  });
});
