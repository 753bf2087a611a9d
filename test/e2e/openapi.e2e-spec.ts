import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, type Content, examplesOf, nameOf, OpenApi, type Operation } from '../support/openapi.js';

describe('the OpenAPI document', () => {
  let app: TestApp;
  let openApi: OpenApi;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    openApi = await OpenApi.of(app.url);
  });
  afterAll(() => app.stop());

  const lacking = (has: (operation: Operation) => boolean): readonly string[] =>
    openApi
      .operations()
      .filter((operation) => !has(operation))
      .map(nameOf);

  it('passes the linter, every recommended rule of it', async () => {
    const problems = await lintFromString({
      source: JSON.stringify(openApi.document),
      absoluteRef: 'openapi.json',
      config: await createConfig({ extends: ['recommended'] }),
    });
    expect(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`),
    ).toEqual([]);
  });

  it('says what each answer means, and where its request id is', () => {
    const answers = openApi.operations().flatMap((operation) =>
      Object.entries(operation.responses).map(([status, { description, headers }]) => ({
        answer: `${nameOf(operation)} ${status}`,
        described: description !== '' && headers?.['X-Request-ID'] !== undefined,
      })),
    );
    expect(answers.length).toBeGreaterThan(200);
    expect(answers.filter(({ described }) => !described)).toEqual([]);
  });

  it('has the errors that follow from what a route takes', () => {
    expect(lacking(({ responses }) => responses[431] !== undefined)).toEqual([]);
    expect(
      lacking(
        ({ security, responses }) =>
          security.length === 0 || Boolean(responses[403] && responses[429] && responses[503]),
      ),
    ).toEqual([]);
    expect(
      lacking(
        ({ requestBody, responses }) =>
          !requestBody || Boolean(responses[413] && responses[415] && (responses[422] ?? responses[400])),
      ),
    ).toEqual([]);
    expect(lacking(({ path, responses }) => !path.includes('{') || responses[404] !== undefined)).toEqual([]);
  });

  it('has an example of every body and of every parameter that must be there', () => {
    expect(
      lacking(({ requestBody, parameters = [] }) => {
        const contents = Object.values(requestBody?.content ?? {});
        return (
          contents.every((content) => examplesOf(content).length > 0) &&
          parameters.every(({ required, schema }) => !required || schema.example !== undefined)
        );
      }),
    ).toEqual([]);
  });

  it.each([
    ['a field that it does not know', 200, '{"status":"ok","more":1}', 'application/json', /additional/],
    ['a field that is missing', 200, '{}', 'application/json', /required/],
    ['another status', 404, '{}', 'application/json', /404 is not documented/],
    ['another media type', 200, '{"status":"ok"}', 'text/plain', /text\/plain is not documented/],
  ])('tells of %s in an answer', (_, status, text, type, message) => {
    const live = openApi.operation('get /health/live');
    const headers = { 'content-type': `${type}; charset=utf-8`, 'x-request-id': '1' };
    const fine = { status: 200, text: '{"status":"ok"}', headers: { ...headers, 'content-type': 'application/json' } };
    expect(openApi.deviations(live, fine)).toEqual([]);
    expect(openApi.deviations(live, { status, text, headers })).toEqual([expect.stringMatching(message)]);
    expect(openApi.deviations(live, { ...fine, headers: { 'content-type': 'application/json' } })).toHaveLength(1);
  });

  it('tells of a code that is not documented, and of a count that is', () => {
    const remove = openApi.operation('delete /v1/keys/{name}');
    const headers = { 'content-type': 'application/problem+json', 'x-request-id': '1' };
    const answer = (status: number, code: string): Answer => {
      const body = { type: 'about:blank', title: 'x', status, detail: 'x', code, request_id: '1' };
      return { status, text: JSON.stringify(body), headers };
    };
    expect(openApi.deviations(remove, answer(403, 'key_missing'))).toEqual([]);
    expect(openApi.deviations(remove, answer(409, 'last_manager'))).toEqual([]);
    expect(openApi.deviations(remove, answer(409, 'key_exists'))).toEqual([expect.stringMatching(/key_exists/)]);
    const counted = { ...answer(403, 'key_missing'), headers: { ...headers, 'ratelimit-limit': '1' } };
    expect(openApi.deviations(remove, counted)).toEqual([expect.stringMatching(/ratelimit-limit/)]);
  });

  it('shows errors with the status they come with', () => {
    const wrong = openApi.operations().flatMap((operation) =>
      Object.entries(operation.responses)
        .flatMap(([status, { content }]) =>
          examplesOf(content?.['application/problem+json'] ?? {}).map(([name, value]) => ({ status, name, value })),
        )
        .filter(({ status, value }) => String((value as { status: number }).status) !== status)
        .map(({ status, name }) => `${nameOf(operation)} ${status} ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has a table of every code that the source has, and no other', async () => {
    const inSource = await codesInSource();
    expect(inSource.size).toBeGreaterThan(25);
    const { description } = openApi.document.info;
    const inTable = [...description.matchAll(/^\| \d{3} \| `(\w+)` \| .+ \|$/gm)].map(([, code]) => code);
    expect([...inTable].sort()).toEqual([...inSource].sort());
  });

  it('has only examples that fit their schemas', () => {
    const misfits = openApi
      .operations()
      .flatMap((operation) =>
        contentsOf(operation).flatMap((content) =>
          examplesOf(content).flatMap(([name, value]) =>
            openApi.schemaErrors(content.schema ?? {}, value).map((error) => `${nameOf(operation)} ${name}: ${error}`),
          ),
        ),
      );
    expect(misfits).toEqual([]);
  });
});

/** How problems are made. */
const PROBLEM_CODES = [
  /new Problem\(\s*\d{3},\s*'(\w+)'/g,
  /Problem\.unavailable\(\s*'(\w+)'/g,
  /static invalid\(.*\bcode = '(\w+)'/g,
  /Problem\.invalid\(errors, '(\w+)'\)/g,
  /^ {2}\d{3}: '(\w+)',$/gm,
];

/** What takes an upload's file in says in its own words why it does not. */
const UPLOADS = /data\/(stored-file|receive-upload)\.ts$/;
const UPLOAD_CODES = [/new DatasetError\(\s*'(\w+)'/g];

async function codesInSource(): Promise<ReadonlySet<string>> {
  const codes = new Set<string>();
  for (const directory of ['apps', 'libs']) {
    for (const name of await readdir(directory, { recursive: true })) {
      if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
      const text = await readFile(join(directory, name), 'utf8');
      const patterns = UPLOADS.test(name) ? UPLOAD_CODES : PROBLEM_CODES;
      for (const pattern of patterns) for (const [, code = ''] of text.matchAll(pattern)) codes.add(code);
    }
  }
  return codes;
}

/** Of the request and of every answer. */
function contentsOf({ requestBody, responses }: Operation): readonly Content[] {
  return [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}));
}
