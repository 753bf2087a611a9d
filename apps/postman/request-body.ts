import type { Link } from './chain.js';
import { exampleOf } from './example-of.js';
import type { Body, FormField } from './format.js';
import { type Components, resolve } from './openapi.js';
import type { RequestBody } from './operation.js';
import { plainText, printJson } from './print-json.js';

/** New with every request, in Postman and in newman. */
const RANDOM = '{{$randomUUID}}';

/** A body as Postman sends it: the document's example, with what its link changes. @param file what uploads send */
export function requestBody(body: RequestBody, link: Link, file: string, schemas: Components['schemas']): Body {
  if (body.mediaType === 'multipart/form-data') {
    return { mode: 'formdata', formdata: formFields(body, file, schemas) };
  }
  const example = changed(body.example, link);
  const json = typeof example !== 'string';
  return {
    mode: 'raw',
    raw: json ? unquoted(printJson(example), body.example) : example,
    options: { raw: { language: json ? 'json' : 'text' } },
  };
}

function changed(example: unknown, { takes = {}, unique }: Link): unknown {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  return Object.fromEntries(
    Object.entries(example).map(([name, value]: [string, unknown]) => {
      const variable = takes[name];
      if (variable !== undefined) return [name, `{{${variable}}}`];
      return [name, name === unique ? `${plainText(value)}-${RANDOM}` : value];
    }),
  );
}

/** A variable that stands for a number stands without quotes: only Postman, who fills it in, can read that. */
function unquoted(json: string, example: unknown): string {
  const isNumber = (name: string): boolean =>
    typeof example === 'object' && example !== null && typeof Reflect.get(example, name) === 'number';
  return json.replace(/"(\w+)": "(\{\{\w+\}\})"/g, (field, name: string, variable: string) =>
    isNumber(name) ? `"${name}": ${variable}` : field,
  );
}

function formFields({ schema, example }: RequestBody, file: string, schemas: Components['schemas']): FormField[] {
  const { properties = {} } = resolve(schema, schemas);
  const sent: Readonly<Record<string, unknown>> = isRecord(example) ? example : {};
  return Object.entries(properties).map(([key, property]) => {
    const { format, description } = resolve(property, schemas);
    return {
      key,
      ...(description && { description }),
      ...(format === 'binary'
        ? { type: 'file', src: file }
        : { type: 'text', value: plainText(sent[key] ?? exampleOf(property, schemas)) }),
    };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
