import { STATUS_CODES } from 'node:http';
import { isBelow, PROBLEM_TYPE, problemResponse } from '@app/common';
import { INFERENCE_ERRORS, inferenceErrorContent } from '@app/compat';
import type { OpenAPIObject, PathItemObject } from '@nestjs/swagger';
import { MAX_HEADERS_KIBIBYTES } from './unreadable-request.js';

type Operation = NonNullable<PathItemObject['get']>;
type Response = Extract<NonNullable<Operation['responses'][string]>, { description: string }>;

const METHODS = ['get', 'post', 'delete'] as const;

/** Sent before anything is counted. */
const UNCOUNTED = [403, 408, 413, 415, 431];

const FILE_TYPE = 'multipart/form-data';

/** Beside a route's own reasons for 503. */
const BUSY =
  'With the code `busy`: the body is larger than 64 KiB, and the process works on as many such bodies as it can hold.';

const HEADERS = {
  'X-Request-ID': { description: 'The one that was sent, or a new one.', required: true, schema: { type: 'string' } },
  'X-Response-Time-Ms': { description: 'Milliseconds.', schema: { type: 'string' }, example: '1.618' },
  'RateLimit-Limit': { description: 'What the key may send in a minute.', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'What it may still send in this one.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the next one begins.', schema: { type: 'integer' } },
  'Retry-After': { description: 'Seconds after which to try again.', required: true, schema: { type: 'integer' } },
};

/** Adds what is true of many routes to a document: each route's own words stand. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) complete(operation, path, method);
    }
  }
  return { ...document, components: { ...document.components, headers: HEADERS } };
}

function complete(operation: Operation, path: string, method: string): void {
  // Says that no key is needed, instead of nothing.
  operation.security ??= [];
  const hasKey = operation.security.length > 0;
  for (const [status, description] of Object.entries(generalProblems(operation, method, hasKey))) {
    operation.responses[status] ??= problemResponse(Number(status), description);
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || !('description' in response)) continue;
    response.description ||= STATUS_CODES[status] ?? 'Done';
    if (status === '503' && mayBeBusy(operation, method) && !response.description.includes(BUSY))
      response.description += ` ${BUSY}`;
    response.headers = { ...references(headersOf(Number(status), hasKey)), ...response.headers };
    if (isBelow(INFERENCE_ERRORS, path) && Number(status) !== 431) takeInferenceForm(response);
  }
}

function generalProblems(operation: Operation, method: string, hasKey: boolean): Record<number, string> {
  const { requestBody } = operation;
  const types = requestBody && 'content' in requestBody ? Object.keys(requestBody.content) : [];
  return {
    ...(types.length > 0 && { 415: `The body is not \`${types.join('` or `')}\`.` }),
    ...(method === 'delete' && { 415: 'There is a body, and its `Content-Type` cannot be read.' }),
    ...(method !== 'get' && {
      408: 'The body does not arrive in time: within a minute, a file within an hour.',
      413: 'The body is larger than 1 MiB.',
    }),
    ...(hasKey && { 503: 'The database is away; `Retry-After` says when to try again.' }),
    431: `The request line and headers are larger than ${MAX_HEADERS_KIBIBYTES} KiB.`,
  };
}

/** Files do not wait for memory. */
function mayBeBusy({ requestBody }: Operation, method: string): boolean {
  return method !== 'get' && !(requestBody && 'content' in requestBody && requestBody.content[FILE_TYPE]);
}

function headersOf(status: number, hasKey: boolean): (keyof typeof HEADERS)[] {
  return [
    'X-Request-ID',
    ...(status === 431 ? [] : (['X-Response-Time-Ms'] as const)),
    ...(hasKey && !UNCOUNTED.includes(status)
      ? (['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const)
      : []),
    ...(hasKey && [429, 503].includes(status) ? (['Retry-After'] as const) : []),
  ];
}

function references(names: readonly string[]): NonNullable<Response['headers']> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function takeInferenceForm(response: Response): void {
  if (response.content?.[PROBLEM_TYPE]) response.content = inferenceErrorContent(response.description);
}
