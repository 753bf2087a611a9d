import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Chain } from './chain.js';
import { collectionOf } from './collection.js';

const answer = (status: number) => ({
  [status]: { description: 'Done', content: { 'application/json': { schema: { type: 'object', required: ['id'] } } } },
});

const document: OpenAPIObject = {
  openapi: '3.0.0',
  info: { title: 'Till', version: '1' },
  tags: [{ name: 'goods', description: 'What is sold' }, { name: 'unused' }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Till' } } },
  paths: {
    '/health': { get: { tags: ['probes'], summary: 'Health', responses: { 302: { description: 'Elsewhere' } } } },
    '/goods': {
      post: {
        tags: ['goods'],
        summary: 'Add',
        description: 'Adds it.',
        security: [{ key: [] }],
        requestBody: {
          content: {
            'application/json': {
              examples: { one: { summary: 'One', value: { name: 'tea', shop: 4 } }, two: { value: { name: 'milk' } } },
            },
            'text/csv': { schema: { type: 'string', example: 'tea\n' } },
          },
        },
        responses: answer(201),
      },
    },
    '/goods/{id}': {
      get: {
        tags: ['goods'],
        summary: 'Find',
        security: [{ key: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true, example: 7 },
          { name: 'full', in: 'query', schema: { type: 'boolean', default: false } },
        ],
        responses: { ...answer(200), 404: { description: 'Gone' } },
      },
    },
    '/goods/{id}/picture': {
      put: {
        tags: ['goods'],
        summary: 'Find',
        security: [{ key: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, example: 7 }],
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: { kind: { type: 'string', enum: ['jpeg'] }, file: { type: 'string', format: 'binary' } },
              },
            },
          },
        },
        responses: { 204: { description: '' } },
      },
    },
  },
};

const chain: Chain = {
  'POST /goods': { unique: 'name', gives: { good: 'id' }, note: 'Once.' },
  'GET /goods/{id}': { takes: { id: 'good' }, until: { during: ['new'], last: 'sold' } },
};

describe('collectionOf', () => {
  const collection = collectionOf(document, 'picture.jpeg', chain);
  const item = (name: string) => {
    const found = collection.item.flatMap((folder) => folder.item).find((each) => each.name === name);
    if (!found) throw new Error(`no request ${name}`);
    return { ...found, script: found.event[0]?.script.exec.join('\n') ?? '' };
  };

  it('has a folder for each tag that is used, described ones first, and a request for each example', () => {
    expect(collection.item.map(({ name, item: items }) => [name, items.map((each) => each.name)])).toEqual([
      ['goods', ['Add: One', 'Add: two', 'Add: text/csv', 'Find (/goods/{id})', 'Find (/goods/{id}/picture)']],
      ['probes', ['Health']],
    ]);
  });

  it('sends the key where the document asks for one', () => {
    expect(collection.auth).toEqual({
      type: 'apikey',
      apikey: expect.arrayContaining([expect.objectContaining({ key: 'key', value: 'X-Till' })]),
    });
    expect(item('Health').request.auth).toEqual({ type: 'noauth' });
    expect(item('Add: One').request.auth).toBeUndefined();
  });

  it('sends the examples, with a name of its own in each run', () => {
    const { request } = item('Add: One');
    expect(request.header).toEqual([{ key: 'Content-Type', value: 'application/json' }]);
    expect(request.body).toMatchObject({ mode: 'raw', raw: '{ "name": "tea-{{$randomUUID}}", "shop": 4 }' });
    expect(request.description).toBe('Adds it.\n\nOnce.\n\n- **201** Done');
  });

  it('hands values on', () => {
    expect(item('Add: One').script).toContain("pm.collectionVariables.set('good', value);");
    const { request, script } = item('Find (/goods/{id})');
    expect(request.url).toEqual({
      raw: '{{base_url}}/goods/:id',
      host: ['{{base_url}}'],
      path: ['goods', ':id'],
      query: [{ key: 'full', value: 'false', disabled: true }],
      variable: [{ key: 'id', value: '{{good}}' }],
    });
    expect(script).toContain("['new'].includes(");
    expect(collection.variable).toEqual([{ key: 'good', value: '7' }]);
  });

  it('uploads the file', () => {
    expect(item('Find (/goods/{id}/picture)').request).toMatchObject({
      header: [],
      body: {
        mode: 'formdata',
        formdata: [
          { key: 'kind', type: 'text', value: 'jpeg' },
          { key: 'file', type: 'file', src: 'picture.jpeg' },
        ],
      },
    });
  });

  it('tests what the document promises', () => {
    expect(item('Find (/goods/{id})').script).toMatch(/to\.have\.status\(200\)[^]*jsonSchema\(\{ "type": "object"/);
    expect(item('Find (/goods/{id}/picture)').script).toContain("pm.test('has no body'");
    expect(item('Health').protocolProfileBehavior).toEqual({ followRedirects: false });
  });

  it('hands a number on without quotes, and expects another answer where it is told to', () => {
    const links: Chain = {
      ...chain,
      'PUT /goods/{id}/picture': { gives: { shop: 'shop' } },
      'POST /shops': { takes: { shop: 'shop' }, expects: 409 },
    };
    const content = { 'application/json': { example: { shop: 4, name: '4' } } };
    const responses = { ...answer(201), 409: { description: 'There already' } };
    const withShops = {
      ...document.paths,
      '/shops': { post: { tags: ['probes'], requestBody: { content }, responses } },
    };
    const { item: folders } = collectionOf({ ...document, paths: withShops }, 'picture.jpeg', links);
    const found = folders.flatMap((folder) => folder.item).find(({ name }) => name === 'POST /shops');
    expect(found?.request.body).toMatchObject({ raw: '{ "shop": {{shop}}, "name": "4" }' });
    expect(found?.event[0]?.script.exec.join()).toContain('to.have.status(409)');
  });

  it.each<[string, Chain]>([
    ['GET /goods/{id} has no 402 in the document', { 'GET /goods/{id}': { expects: 402 } }],
    ['GET /bads', { 'GET /bads': {} }],
    ['takes good, which no request before it gives', { 'GET /goods/{id}': { takes: { id: 'good' } } }],
    ['GET /goods/{id} has no name in the document', { ...chain, 'GET /goods/{id}': { takes: { name: 'good' } } }],
    ['POST /goods has no title in the document', { 'POST /goods': { unique: 'title' } }],
  ])('says so when the links no longer fit the document: %s', (message, links) => {
    expect(() => collectionOf(document, 'picture.jpeg', links)).toThrow(message);
  });
});
