import type { TestApp } from '../app.js';
import { OpenApi } from '../openapi.js';

/** A schema of the OpenAPI document, as far as the fuzzer reads it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
}

type Contents = Readonly<Record<string, MediaType>>;

/** One method on one path. */
export interface Operation {
  readonly method: string;
  /** As in the document: `/v1/models/{model}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Of the request's body, by media type; empty where it takes none. */
  readonly body: Contents;
  /** By status. */
  readonly responses: Readonly<Record<string, { readonly content?: Contents }>>;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** For holding answers to it. */
  readonly openApi: OpenApi;
  /** Follows references to the schema that says something. */
  resolve(schema: Schema): Schema;
}

interface RawOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Contents };
  readonly responses: Operation['responses'];
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What the running application says of itself. */
export async function readDocument(app: TestApp): Promise<ApiDocument> {
  const openApi = await OpenApi.of(app.url);
  // The same, as far as the fuzzer makes values of it.
  const { paths, components } = openApi.document as unknown as RawDocument;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content ?? {},
      responses,
    })),
  );
  const resolve = (schema: Schema): Schema => {
    if (schema.$ref === undefined) return schema;
    const found = components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (!found) throw new Error(`the document has no ${schema.$ref}`);
    return resolve(found);
  };
  return { operations, openApi, resolve };
}
