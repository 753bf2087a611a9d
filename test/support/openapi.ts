import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

/** What is sent or answered with one media type. */
export interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema & { readonly type?: unknown; readonly example?: unknown };
}

interface Header {
  readonly required?: boolean;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header | { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

/** One method of one path. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly parameters?: readonly Parameter[];
  readonly security: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly headers: Readonly<Record<string, Header>>;
  };
}

/** What a check looks at: a supertest response is one. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The OpenAPI document of a running application, for tests that hold the application to it. */
export class OpenApi {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(readonly document: Document) {
    formats.default(this.ajv, ['date-time', 'uuid', 'binary']);
    this.ajv.addSchema({ components: { schemas: closed(document.components.schemas) } }, 'document');
  }

  /** @param url of the application */
  static async of(url: string): Promise<OpenApi> {
    return new OpenApi((await (await fetch(`${url}/openapi.json`)).json()) as Document);
  }

  /** The document as the docs page shows it. */
  static async ofPage(url: string): Promise<OpenApi> {
    const script = await (await fetch(`${url}/docs/swagger-ui-init.js`)).text();
    const options = /let options = (\{.*?\n\});?\n/s.exec(script)?.[1];
    if (options === undefined) throw new Error(`the docs page has no document: ${script.slice(0, 500)}`);
    return new OpenApi((JSON.parse(options) as { swaggerDoc: Document }).swaggerDoc);
  }

  /** Every operation, in the document's order. */
  operations(): readonly Operation[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method as Operation['method'],
        path,
      })),
    );
  }

  /** @param name like `post /v1/fraud-score` @throws Error when there is none */
  operation(name: string): Operation {
    const found = this.operations().find((operation) => nameOf(operation) === name);
    if (!found) throw new Error(`the document has no operation ${name}`);
    return found;
  }

  /**
   * How an answer differs from what its operation documents; empty when it does not.
   * @param everyHeader whether headers that are documented, but need not be there, must be there
   */
  deviations(operation: Operation, { status, headers, text }: Answer, everyHeader = false): readonly string[] {
    const response = operation.responses[status];
    if (!response) return [`status ${status} is not documented; the answer: ${text.slice(0, 200)}`];
    const missing = Object.entries(response.headers ?? {})
      .filter(([name]) => !RARE_HEADERS.includes(name))
      .filter(([, header]) => everyHeader || this.isRequired(header))
      .map(([name]) => name)
      .filter((name) => headers[name.toLowerCase()] === undefined);
    const documented = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
    const strange = Object.keys(headers).filter((name) => /^ratelimit-/.test(name) && !documented.includes(name));
    return [
      ...missing.map((name) => `header ${name} is missing`),
      ...strange.map((name) => `header ${name} is not documented`),
      ...this.bodyErrors(response, headers, text),
      ...strangeCode(response, headers, text),
    ];
  }

  /** Where a value does not fit a schema of the document; empty when it fits. */
  schemaErrors(schema: Schema, value: unknown): readonly string[] {
    const validate = this.validatorOf(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath || 'the body'} ${message ?? ''} ${JSON.stringify(params)}`.trim(),
    );
  }

  private isRequired(header: Header | { readonly $ref: string }): boolean {
    const found = '$ref' in header ? this.document.components.headers[header.$ref.split('/').at(-1) ?? ''] : header;
    return found?.required === true;
  }

  private bodyErrors({ content }: Response, headers: Answer['headers'], text: string): readonly string[] {
    if (!content) return text === '' ? [] : [`a body is not documented: ${text.slice(0, 200)}`];
    const type = typeOf(headers);
    const documented = content[type];
    if (!documented) return [`the media type ${type} is not documented`];
    if (!documented.schema) return [];
    return this.schemaErrors(documented.schema, isJson(type) ? JSON.parse(text) : text);
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/');
    const found = this.validators.get(text) ?? this.ajv.compile(JSON.parse(text) as Schema);
    this.validators.set(text, found);
    return found;
  }
}

/** They come only with an answer that was given before. */
const RARE_HEADERS: readonly string[] = ['Idempotency-Replayed'];

/** Problem details whose code none of the examples has. */
function strangeCode({ content }: Response, headers: Answer['headers'], text: string): readonly string[] {
  const documented = content?.['application/problem+json'];
  if (!documented || typeOf(headers) !== 'application/problem+json') return [];
  const { code } = JSON.parse(text) as { code?: unknown };
  const known = examplesOf(documented).map(([, example]) => (example as { code?: unknown }).code);
  return known.includes(code) ? [] : [`the code ${String(code)} is not documented, but ${known.join(', ')}`];
}

function typeOf(headers: Answer['headers']): string {
  return String(headers['content-type']).split(';')[0]?.trim() ?? '';
}

export function nameOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** Every example of some content by name, also the one that stands in its schema. */
export function examplesOf({ schema, example, examples }: Content): readonly (readonly [string, unknown])[] {
  if (examples) return Object.entries(examples).map(([name, { value }]) => [name, value] as const);
  const only = example ?? schema?.example;
  return only === undefined ? [] : [['example', only]];
}

export function isJson(type: string): boolean {
  return /^application\/(.+\+)?json$/.test(type);
}

/** A field that no schema names is one that the document forgot. */
function closed(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      schema.properties ? { additionalProperties: false, ...schema } : schema,
    ]),
  );
}
