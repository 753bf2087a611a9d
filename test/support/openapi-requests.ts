import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type Answer, examplesOf, isJson, type Operation } from './openapi.js';

/** A request as the document's examples have it. */
export interface ExampleRequest {
  /** Which of the operation's examples it is, for a message. */
  readonly name: string;
  readonly method: Operation['method'];
  readonly path: string;
  readonly type?: string;
  readonly body?: string | FormData;
}

interface Body {
  readonly name: string;
  readonly type?: string;
  readonly body?: string | FormData;
}

/** One request per example of the body; one more for each flag of the query that is off when it is left out. */
export function exampleRequests(operation: Operation): readonly ExampleRequest[] {
  const { method, parameters = [] } = operation;
  const path = pathOf(operation);
  const bodies = bodiesOf(operation);
  const flags = parameters.filter(({ in: place, schema }) => place === 'query' && schema.type === 'boolean');
  return [
    ...bodies.map((body) => ({ ...body, method, path })),
    ...flags.flatMap(({ name }) =>
      bodies.slice(0, 1).map((body) => ({ ...body, name: `?${name}=true`, method, path: `${path}?${name}=true` })),
    ),
  ];
}

/** The operation's path with a value for each parameter; the example's where nothing else is said. */
export function pathOf({ path, parameters = [] }: Operation, values: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const example = parameters.find((parameter) => parameter.name === name)?.schema.example;
    return values[name] ?? encodeURIComponent(String(example));
  });
}

/** @param key null: none is sent */
export async function sendExample(
  url: string,
  { method, path, type, body }: Omit<ExampleRequest, 'name'>,
  key: string | null,
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method: method.toUpperCase(),
    headers: {
      ...(key !== null && { 'X-API-Key': key }),
      // That of a form names its boundary: fetch knows it.
      ...(type !== undefined && !(body instanceof FormData) && { 'Content-Type': type }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}

/** Says how large a body it will send, and sends none of it: the answer does not wait for it. */
export async function announceBody(
  url: string,
  { method, path }: Pick<ExampleRequest, 'method' | 'path'>,
  bytes: number,
  key: string,
): Promise<Answer> {
  const request = httpRequest(url + path, {
    method: method.toUpperCase(),
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json', 'Content-Length': bytes },
  });
  request.flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers } = response;
  const answer = { status, headers, text: await textOf(response) };
  request.destroy();
  return answer;
}

function bodiesOf({ requestBody }: Operation): readonly Body[] {
  if (!requestBody) return [{ name: 'without a body' }];
  return Object.entries(requestBody.content).flatMap(([type, content]) =>
    examplesOf(content).map(([name, value]) => ({ name: `${type} ${name}`, type, body: written(type, value) })),
  );
}

function written(type: string, value: unknown): string | FormData {
  if (isJson(type)) return JSON.stringify(value);
  if (type !== 'multipart/form-data') return String(value);
  return formOf(value as Record<string, string>);
}

/** A multipart body; the field `file` is sent as a file. */
export function formOf(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, text] of Object.entries(fields)) {
    if (name === 'file') data.set(name, new Blob([text]), 'data.csv');
    else data.set(name, text);
  }
  return data;
}
