import { STATUS_CODES } from 'node:http';
import {
  bodyTooLarge,
  isBelow,
  Problem,
  PROBLEM_TYPE,
  type ProblemDto,
  type ProblemResponse,
  problemResponse,
  type Refusal,
  type Refusals,
} from '@app/common';
import { INFERENCE_ERRORS, inferenceErrorContent } from '@app/compat';
import { rateLimited } from '@app/rate-limit';
import { badIdempotencyKey, IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED, idempotencyKeyReused } from '@app/scoring';
import type { OpenAPIObject, PathItemObject } from '@nestjs/swagger';
import { busy } from './bound-bodies.js';
import { tooSlow } from './limit-body-time.js';
import { problemTable } from './problem-table.js';
import { MAX_HEADERS_KIBIBYTES, unreadable } from './unreadable-request.js';

type Operation = NonNullable<PathItemObject['get']>;
type MediaType = NonNullable<Response['content']>[string];
type Response = Extract<NonNullable<Operation['responses'][string]>, { description: string }>;

const FILE_TYPE = 'multipart/form-data';

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** Refused before anything is counted; but a file is let in to be measured. */
const UNCOUNTED = [403, 408, 413, 415, 431];
const COUNTED_WITH_FILE = [413];

/** Beside a route's own reasons for 503. */
const BUSY =
  'With the code `busy`: the body is larger than 64 KiB, and the process works on as many such bodies as it can hold; or ' +
  'decisions come faster than the database stores them.';

const HEADERS = {
  'X-Request-ID': { description: 'The one that was sent, or a new one.', required: true, schema: { type: 'string' } },
  'X-Response-Time-Ms': { description: 'Milliseconds.', schema: { type: 'string' }, example: '1.618' },
  traceparent: {
    description: 'The place of the answer in its trace (W3C Trace Context): the one that was sent, or a new one.',
    schema: { type: 'string' },
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
  },
  'RateLimit-Limit': { description: 'What the key may send in a minute.', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'What it may still send in this one.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the next one begins.', schema: { type: 'integer' } },
  [IDEMPOTENCY_REPLAYED]: {
    description: `This was answered before, to the same request with the same \`${IDEMPOTENCY_KEY}\`.`,
    schema: { type: 'string', enum: ['true'] },
  },
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
  return {
    ...document,
    info: { ...document.info, description: `${document.info.description ?? ''}\n${problemTable(document)}\n` },
    components: { ...document.components, headers: HEADERS },
  };
}

function complete(operation: Operation, path: string, method: string): void {
  // Says that no key is needed, instead of nothing.
  operation.security ??= [];
  const hasKey = needsKey(operation);
  const takesFile = typesOf(operation).includes(FILE_TYPE);
  for (const [status, refusal] of Object.entries(generalRefusals(operation, path, method))) {
    const general = problemResponse(refusal);
    const own = operation.responses[status];
    if (own === undefined) operation.responses[status] = general;
    else if ('content' in own) addExamples(own.content[PROBLEM_TYPE], general);
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || !('description' in response)) continue;
    response.description ||= STATUS_CODES[status] ?? 'Done';
    if (status === '503' && mayBeBusy(method, takesFile)) response.description += ` ${BUSY}`;
    const names = headersOf(Number(status), hasKey, takesFile);
    if (status === '200' && isIdempotent(operation)) names.push(IDEMPOTENCY_REPLAYED);
    response.headers = { ...references(names), ...response.headers };
    if (isBelow(INFERENCE_ERRORS, path) && Number(status) !== 431) takeInferenceForm(response);
  }
}

/** A route that has its own words and codes for a status gives the general ones, too; its own come first, and stand. */
function addExamples(own: MediaType | undefined, { content }: ProblemResponse): void {
  if (own) own.examples = { ...own.examples, ...content[PROBLEM_TYPE]?.examples, ...own.examples };
}

function needsKey({ security = [] }: Operation): boolean {
  return security.length > 0;
}

function isIdempotent({ parameters = [] }: Operation): boolean {
  return parameters.some((parameter) => 'name' in parameter && parameter.name === IDEMPOTENCY_KEY);
}

function typesOf({ requestBody }: Operation): readonly string[] {
  return requestBody && 'content' in requestBody ? Object.keys(requestBody.content) : ['application/json'];
}

function generalRefusals(operation: Operation, path: string, method: string): Refusals {
  const hasKey = needsKey(operation);
  const types = typesOf(operation);
  return {
    ...(method !== 'get' && {
      408: ['The body does not arrive in time: within a minute, a file within an hour.', tooSlow()],
      413: bodyTooLarge(1),
      415: unsupportedType(types),
    }),
    ...(isIdempotent(operation) && {
      [isBelow(INFERENCE_ERRORS, path) ? 400 : 422]: [
        `The body, the query or \`${IDEMPOTENCY_KEY}\` does not fit.`,
        badIdempotencyKey(),
      ] satisfies Refusal,
      409: [`Another request came with this \`${IDEMPOTENCY_KEY}\` in the last 24 hours.`, idempotencyKeyReused()],
    }),
    ...(hasKey && {
      429: [
        'The key has sent all it may in this minute; `Retry-After` says when the next one begins.',
        rateLimited('web-shop', 6_000, 42),
      ],
      503: [
        'The database is away; `Retry-After` says when to try again.',
        Problem.databaseAway(),
        ...(mayBeBusy(method, types.includes(FILE_TYPE)) ? [busy()] : []),
      ],
    }),
    431: [
      `The request line and headers are larger than ${MAX_HEADERS_KIBIBYTES} KiB.`,
      unreadable('HPE_HEADER_OVERFLOW'),
    ],
  };
}

/** As the body parser refuses it; a test holds both to each other. */
function unsupportedType(types: readonly string[]): Refusal {
  const detail = `This route does not take "application/xml"; send ${types.join(' or ')}.`;
  return [`The body is not \`${types.join('` or `')}\`.`, new Problem(415, 'unsupported_media_type', detail)];
}

/** Files do not wait for memory. */
function mayBeBusy(method: string, takesFile: boolean): boolean {
  return method !== 'get' && !takesFile;
}

function headersOf(status: number, hasKey: boolean, takesFile: boolean): (keyof typeof HEADERS)[] {
  return [
    'X-Request-ID',
    ...(status === 431 ? [] : (['X-Response-Time-Ms', 'traceparent'] as const)),
    ...(hasKey && (!UNCOUNTED.includes(status) || (takesFile && COUNTED_WITH_FILE.includes(status)))
      ? (['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const)
      : []),
    ...(hasKey && [429, 503].includes(status) ? (['Retry-After'] as const) : []),
  ];
}

function references(names: readonly string[]): NonNullable<Response['headers']> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function takeInferenceForm(response: Response): void {
  const examples = response.content?.[PROBLEM_TYPE]?.examples;
  if (examples) response.content = inferenceErrorContent(examples as Record<string, { value: ProblemDto }>);
}
