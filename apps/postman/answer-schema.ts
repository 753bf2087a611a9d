import { type Components, type Described, resolve, type Schema } from './openapi.js';

/** JSON Schema as Postman's `jsonSchema` assertion knows it (draft 7). */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Formats that the assertion can check; it refuses to run with one that it does not know. */
const FORMATS = ['date-time', 'uuid'];

/** What an answer must look like: an OpenAPI schema without its prose, references put in place. */
export function answerSchema(schema: Schema, schemas: Components['schemas']): JsonSchema {
  const known = resolve(schema, schemas);
  const recur = (part: Schema): JsonSchema => answerSchema(part, schemas);
  const [only, ...others] = known.allOf ?? [];
  // How Nest writes a reference that has a description, or may be null.
  if (only && others.length === 0 && !known.properties) return known.nullable ? orNull(recur(only)) : recur(only);
  const plain: JsonSchema = {
    ...(saysItsType(known) && { type: known.type }),
    // The order of a union's members is the compiler's and may change with any source file.
    ...(known.enum && { enum: [...(known.enum as unknown[])].sort() }),
    ...(known.format && FORMATS.includes(known.format) && { format: known.format }),
    ...(known.minimum !== undefined && { minimum: known.minimum }),
    ...(known.maximum !== undefined && { maximum: known.maximum }),
    ...(known.required && { required: known.required }),
    ...(known.properties && { properties: mapValues(known.properties, recur) }),
    ...(known.items && { items: recur(known.items) }),
    ...(typeof known.additionalProperties === 'object' && { additionalProperties: recur(known.additionalProperties) }),
    ...(known.allOf && { allOf: known.allOf.map(recur) }),
    ...(known.anyOf && { anyOf: known.anyOf.map(recur) }),
    ...(known.oneOf && { oneOf: known.oneOf.map(recur) }),
  };
  return known.nullable ? orNull(plain) : plain;
}

/** For a union that it cannot name the document has a bare `object`, which says nothing. */
function saysItsType({ type, properties, required, additionalProperties, allOf }: Described): boolean {
  if (type !== 'object') return type !== undefined;
  return [properties, required, additionalProperties, allOf].some((part) => part !== undefined);
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  if (typeof type !== 'string' || type === 'object') return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }) };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
