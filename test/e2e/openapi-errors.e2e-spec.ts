import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SIMULATED_MODELS } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import {
  type Answer,
  examplesOf,
  isJson,
  nameOf,
  OpenApi,
  type Operation,
  type Parameter,
} from '../support/openapi.js';
import {
  announceBody,
  type ExampleRequest,
  exampleRequests,
  formOf,
  pathOf,
  sendExample,
} from '../support/openapi-requests.js';
import { RawConnection } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';

const BYTES_PER_MEBIBYTE = 1_048_576;

/** Beyond what any route takes as JSON. */
const TOO_LARGE = 17 * BYTES_PER_MEBIBYTE;

/** What routes take that take much. */
const LARGEST = 16 * BYTES_PER_MEBIBYTE;

/** Just more than what is always taken. */
const COUNTED = 65_537;

/** A request that a route must refuse. */
interface Wrong {
  readonly what: string;
  readonly expected: number;
  readonly key?: string | null;
  readonly request: Omit<ExampleRequest, 'name'>;
}

describe('every error that a route gives', () => {
  let app: TestApp;
  let openApi: OpenApi;
  let slowKey: string;
  beforeAll(async () => {
    app = await startApp({ env: { DATASET_MAX_MIB: '1' } });
    openApi = await OpenApi.of(app.url);
    const scopes = ['score', 'train', 'manage'];
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'slow', scopes, rate_limit_per_minute: 1 })
      .expect(201);
    slowKey = String(body.key);
  });
  afterAll(() => app.stop());

  /** Sends what is wrong to every operation that it is wrong for, and holds each answer to the document. */
  const provoke = async (wrongsOf: (operation: Operation) => readonly Wrong[]): Promise<number> => {
    const failures: string[] = [];
    let sent = 0;
    for (const operation of openApi.operations()) {
      for (const { what, expected, key = app.key, request } of wrongsOf(operation)) {
        const answer = await sendExample(app.url, request, key);
        sent++;
        failures.push(...failuresOf(operation, answer, expected).map((each) => `${what}: ${each}`));
      }
    }
    expect(failures).toEqual([]);
    return sent;
  };
  const failuresOf = (operation: Operation, answer: Answer, expected?: number): readonly string[] =>
    [
      ...(expected === undefined || answer.status === expected
        ? []
        : [`answered ${answer.status} instead of ${expected}: ${answer.text.slice(0, 200)}`]),
      ...openApi.deviations(operation, answer, isCounted(answer)),
    ].map((each) => `${nameOf(operation)}: ${each}`);

  it('is documented while no version has been trained', async () => {
    const seen = new Set<number>();
    const failures: string[] = [];
    for (const operation of openApi.operations()) {
      for (const request of exampleRequests(operation)) {
        const answer = await sendExample(app.url, request, app.key);
        seen.add(answer.status);
        failures.push(...failuresOf(operation, answer));
      }
    }
    expect(failures).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([200, 404, 503]));
  });

  it.each([
    ['no key', null],
    ['a wrong key', 'wrong'],
  ])('is documented for %s', async (what, key) => {
    const sent = await provoke((operation) =>
      hasKey(operation) ? [{ what, expected: 403, key, request: emptyOf(operation) }] : [],
    );
    expect(sent).toBeGreaterThan(30);
  });

  it('is documented for a key that has sent too much', async () => {
    const failures: string[] = [];
    for (const operation of openApi.operations().filter(hasKey)) {
      const send = (): Promise<Answer> => sendExample(app.url, emptyOf(operation), slowKey);
      let answer = await send();
      // The first one of a minute is let through.
      if (answer.status !== 429) answer = await send();
      failures.push(...failuresOf(operation, answer, 429));
    }
    expect(failures).toEqual([]);
  });

  it('is documented for headers that are too large', async () => {
    const failures: string[] = [];
    for (const operation of openApi.operations()) {
      const { method } = operation;
      const answer = await fetch(app.url + pathOf(operation), {
        method: method.toUpperCase(),
        headers: { 'X-Large': 'x'.repeat(20_000) },
      });
      const { status, headers } = answer;
      const seen = { status, headers: Object.fromEntries(headers), text: await answer.text() };
      failures.push(...failuresOf(operation, seen, 431));
    }
    expect(failures).toEqual([]);
  });

  it('is documented for a body that is too large', async () => {
    const failures: string[] = [];
    const operations = openApi.operations().filter(({ method }) => method !== 'get');
    for (const operation of operations.filter((each) => !takesFile(each))) {
      const { method } = operation;
      const answer = await announceBody(app.url, { method, path: pathOf(operation) }, TOO_LARGE, app.key);
      failures.push(...failuresOf(operation, answer, 413));
    }
    for (const operation of operations.filter(takesFile)) {
      const file = Buffer.alloc(BYTES_PER_MEBIBYTE + 1, 'x,y\n');
      const answer = await app.request().post(operation.path).attach('file', file, 'large.csv');
      failures.push(...failuresOf(operation, answer, 413));
    }
    expect(failures).toEqual([]);
    expect(operations.length).toBeGreaterThan(10);
  });

  it('is documented for a large body while there are as many as the process can hold', async () => {
    const headers = { 'X-API-Key': app.key, 'Content-Type': 'application/json', Expect: '100-continue' };
    const held: RawConnection[] = [];
    const isTaken = async (bytes: number): Promise<boolean> => {
      const connection = await RawConnection.to(app.url);
      held.push(connection);
      const { status } = await connection
        .head('POST', '/invocations', { ...headers, 'Content-Length': bytes })
        .answer();
      return status === 100;
    };
    // None of them is ever sent.
    for (const bytes of [LARGEST, BYTES_PER_MEBIBYTE, COUNTED]) while (await isTaken(bytes));
    const failures: string[] = [];
    const operations = openApi.operations().filter((each) => each.method !== 'get' && !takesFile(each));
    for (const operation of operations) {
      const answer = await announceBody(app.url, operation, COUNTED, app.key);
      failures.push(...failuresOf(operation, answer, 503));
      if (!isBusy(answer.text)) failures.push(`${nameOf(operation)}: ${answer.text}`);
    }
    for (const connection of held) connection.end();
    expect(failures).toEqual([]);
    expect(operations.length).toBeGreaterThan(10);
  });

  it('is documented for a media type that the route does not take', async () => {
    await provoke((operation) => {
      const { method, path } = firstOf(operation);
      const wrong = (type: string): Wrong => ({
        what: type,
        expected: 415,
        request: { method, path, type, body: '<a/>' },
      });
      if (method === 'delete') return [wrong('no type at all')];
      return operation.requestBody ? [wrong('application/xml'), wrong('no type at all')] : [];
    });
    for (const operation of openApi.operations().filter(({ requestBody }) => requestBody)) {
      const request = { ...firstOf(operation), type: 'application/xml', body: '<a/>' };
      const answer = await sendExample(app.url, request, app.key);
      const [example] = Object.values(operation.responses[415]?.content ?? {}).flatMap(examplesOf);
      const { detail, error } = JSON.parse(answer.text);
      expect(example?.[1]).toMatchObject(error === undefined ? { detail } : { error });
    }
  });

  it('is documented for an upload without a file', async () => {
    const upload = openApi.operation('post /v1/datasets');
    for (const body of [formOf({}), formOf({ simulated: 'perhaps' }), formOf({ file: '' })]) {
      const answer = await sendExample(app.url, { ...firstOf(upload), body }, app.key);
      expect(failuresOf(upload, answer, 422)).toEqual([]);
    }
  });

  it('is documented for a path that cannot be read', async () => {
    await provoke((operation) =>
      parametersIn(operation, 'path').flatMap(({ name }) =>
        ['%ff', 'x'.repeat(200)].map((value) => ({
          what: `${name} ${value.slice(0, 5)}`,
          expected: 404,
          request: { ...firstOf(operation), path: pathOf(operation, { [name]: value }) },
        })),
      ),
    );
  });

  it('is documented for a parameter that does not fit', async () => {
    const sent = await provoke((operation) => [
      ...parametersIn(operation, 'path')
        .filter(({ schema }) => schema.type === 'integer' || schema.format === 'uuid')
        .map(({ name }) => ({ name, path: pathOf(operation, { [name]: '1x' }) }))
        .map(({ name, path }) => ({ what: name, expected: 422, request: { ...firstOf(operation), path } })),
      ...parametersIn(operation, 'query')
        .map(({ name }) => ({
          name, // Neither a flag nor a number nor a text that can be stored.
          path: `${pathOf(operation)}?${name}=perhaps%00`,
        }))
        .map(({ name, path }) => ({ what: name, expected: 422, request: { ...firstOf(operation), path } })),
    ]);
    expect(sent).toBeGreaterThan(5);
  });

  it('is documented for what is there already', async () => {
    for (const name of ['post /v1/keys', 'post /v1/models']) {
      const operation = openApi.operation(name);
      await sendExample(app.url, firstOf(operation), app.key);
      const again = await sendExample(app.url, firstOf(operation), app.key);
      expect(failuresOf(operation, again, 409)).toEqual([]);
    }
    const remove = openApi.operation('delete /v1/keys/{name}');
    const path = pathOf(remove, { name: 'administrator' });
    const answer = await sendExample(app.url, { ...firstOf(remove), path }, app.key);
    expect(failuresOf(remove, answer, 409)).toEqual([]);
  });

  describe('with champions', () => {
    beforeAll(async () => {
      for (const model of SIMULATED_MODELS) await trainSimulated(app, model, { rows: 500 }, { params: { rounds: 2 } });
    });

    it.each([
      ['broken JSON', '{"a": '],
      ['an empty body', ''],
      ['NaN', '{"V1": NaN}'],
      ['null', 'null'],
      ['a number', '1'],
      ['an empty object', '{}'],
      ['a list of nothing', '[null]'],
      ['an unknown field', '{"nobody knows": 1}'],
    ])('is documented for a body of %s', async (what, body) => {
      await provoke((operation) =>
        takesJson(operation)
          ? [{ what, expected: unfit(operation), request: { ...firstOf(operation), type: 'application/json', body } }]
          : [],
      );
    });

    it('is documented for what does not exist', async () => {
      await provoke((operation) =>
        parametersIn(operation, 'path').map((parameter) => ({
          what: `an unknown ${parameter.name}`,
          expected: 404,
          request: { ...firstOf(operation), path: pathOf(operation, { [parameter.name]: unknown(parameter) }) },
        })),
      );
    });
  });
});

/** A path that cannot be read reaches no route, and so no count of requests; nor does a body that there is no room for. */
function isCounted({ status, text }: Answer): boolean {
  return !(status === 404 && text.includes('This path does not exist.')) && !(status === 503 && isBusy(text));
}

function isBusy(text: string): boolean {
  return text.includes('large bodies');
}

function hasKey({ security }: Operation): boolean {
  return security.length > 0;
}

/** The key is looked at before the body. */
function emptyOf(operation: Operation): Wrong['request'] {
  return { method: operation.method, path: pathOf(operation) };
}

function takesFile({ requestBody }: Operation): boolean {
  return requestBody?.content['multipart/form-data'] !== undefined;
}

function takesJson({ requestBody }: Operation): boolean {
  return Object.keys(requestBody?.content ?? {}).some(isJson);
}

/** The Open Inference Protocol says 400 where others say 422. */
function unfit({ responses }: Operation): number {
  return responses[422] ? 422 : 400;
}

function parametersIn({ parameters = [] }: Operation, place: Parameter['in']): readonly Parameter[] {
  return parameters.filter((parameter) => parameter.in === place);
}

/** A value that fits and that nothing has. */
function unknown({ schema }: Parameter): string {
  if (schema.format === 'uuid') return '00000000-0000-7000-8000-000000000000';
  return schema.type === 'integer' ? '999999' : 'nobody';
}

function firstOf(operation: Operation): ExampleRequest {
  const [first] = exampleRequests(operation);
  if (!first) throw new Error(`${nameOf(operation)} has no example`);
  return first;
}
