import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleOf } from './example-of.js';
import {
  type Components,
  type Content,
  type Examples,
  type OperationObject,
  type ParameterObject,
  type PathItem,
  resolve,
  type Schema,
} from './openapi.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** One operation of the document, with all that its requests need. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** Whether it answers without a key. */
  readonly open: boolean;
  readonly parameters: readonly Parameter[];
  /** One for each example of the document; empty where the operation takes no body. */
  readonly bodies: readonly RequestBody[];
  readonly success: Answer;
  readonly answers: readonly Answer[];
  /** Every documented status with its description, in order. */
  readonly statuses: readonly (readonly [status: string, description: string])[];
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  readonly example: unknown;
}

export interface RequestBody {
  readonly mediaType: string;
  /** What tells this example from the others; empty where there is one only. */
  readonly summary: string;
  readonly example: unknown;
  readonly schema: Schema;
}

/** One that the document promises. */
export interface Answer {
  readonly status: number;
  /** Media types and what they carry; empty where nothing is sent. */
  readonly content: Readonly<Record<string, Schema>>;
  /** Headers that always come with it. */
  readonly headers: readonly string[];
}

interface NamedExample {
  readonly summary: string;
  readonly value: unknown;
}

/** `POST /v1/models`: names an operation, whatever the code behind it is called. */
export function routeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** All operations, in the order of the document. */
export function readOperations(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [readOperation(document, path, method, item, operation)] : [];
    }),
  );
}

function readOperation(
  document: OpenAPIObject,
  path: string,
  method: string,
  item: PathItem,
  operation: OperationObject,
): Operation {
  const components = document.components ?? {};
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
  const body = operation.requestBody && resolve(operation.requestBody, components.requestBodies);
  const route = `${method.toUpperCase()} ${path}`;
  const responses = Object.entries(operation.responses).flatMap(([status, response]) =>
    response ? [[status, resolve(response, components.responses)] as const] : [],
  );
  const answers = responses.map(([status, { content = {}, headers = {} }]) => ({
    status: Number(status),
    content: Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema ?? {}])),
    headers: Object.entries(headers).flatMap(([name, header]) =>
      resolve(header, components.headers).required ? [name] : [],
    ),
  }));
  const success = answers.find(({ status }) => status >= 200 && status < 400);
  if (!success) throw new Error(`${route}: the document names no status of success`);
  return {
    method: method.toUpperCase(),
    path,
    tag: operation.tags?.[0] ?? '',
    summary: operation.summary ?? route,
    description: operation.description ?? '',
    open: (operation.security ?? document.security ?? []).length === 0,
    parameters: parameters.map((parameter) => readParameter(resolve(parameter, components.parameters), components)),
    bodies: body ? readBodies(body.content, components) : [],
    success,
    answers,
    statuses: responses.map(([code, { description }]) => [code, description]),
  };
}

function readParameter(parameter: ParameterObject, components: Components): Parameter {
  const [named] = namedExamples(parameter.examples, components);
  const example: unknown = parameter.example ?? named?.value;
  return {
    name: parameter.name,
    in: parameter.in,
    required: parameter.required ?? false,
    description: parameter.description ?? '',
    example: example ?? (parameter.schema && exampleOf(parameter.schema, components.schemas)),
  };
}

function readBodies(content: Content, components: Components): RequestBody[] {
  return Object.entries(content).flatMap(([mediaType, media]) => {
    const schema = media.schema ?? {};
    const named = namedExamples(media.examples, components);
    if (named.length > 0) {
      return named.map(({ summary, value }) => ({ mediaType, summary, example: value, schema }));
    }
    const example: unknown = media.example ?? exampleOf(schema, components.schemas);
    return [{ mediaType, summary: '', example, schema }];
  });
}

function namedExamples(examples: Examples | undefined, components: Components): NamedExample[] {
  const found = Object.entries(examples ?? {}).map(([name, example]) => {
    const { summary = name, ...rest } = resolve(example, components.examples);
    return { name, summary, value: rest.value as unknown };
  });
  const summaries = found.map(({ summary }) => summary);
  return found.map(({ name, summary, value }) => {
    const alone = summaries.indexOf(summary) === summaries.lastIndexOf(summary);
    return { summary: alone ? summary : `${summary} (${name})`, value };
  });
}
