import fc from 'fast-check';
import { type ApiDocument, type MediaType, type Schema } from './document.js';
import { HOSTILE_NUMBERS, HOSTILE_TEXTS } from './hostile.js';

/** Lists of more items are a matter of size, not of kind. */
const MAX_ITEMS = 4;

/** Values that a media type's schema allows, or nearly: and the examples that come with it. */
export function bodyValues(document: ApiDocument, { schema, example, examples }: MediaType): fc.Arbitrary<unknown> {
  const shown = [example, schema?.example, ...Object.values(examples ?? {}).map(({ value }) => value)];
  const values = shown.filter((value) => value !== undefined);
  const made = schema === undefined ? fc.jsonValue({ maxDepth: 3 }) : schemaValues(document, schema);
  if (values.length === 0) return made;
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, { weight: 2, arbitrary: made });
}

function schemaValues(document: ApiDocument, given: Schema): fc.Arbitrary<unknown> {
  const schema = document.resolve(given);
  const values = plainValues(document, schema);
  return schema.example === undefined ? values : fc.oneof(fc.constant(schema.example), values);
}

function plainValues(document: ApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const [option, ...options] = (schema.oneOf ?? schema.anyOf ?? []).map((each) => schemaValues(document, each));
  if (option) return fc.oneof(option, ...options);
  if (schema.allOf) {
    const parts = fc.tuple(...schema.allOf.map((each) => schemaValues(document, each)));
    return parts.map((each) => Object.assign({}, ...each) as unknown);
  }
  return valuesOfType(document, schema);
}

/** Where there are several types, the first is the usual one: `["number", "null"]`. */
function valuesOfType(document: ApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const [type, ...others] = [schema.type ?? []].flat();
  if (others.length > 0) {
    const each = [type, ...others].map((one) => valuesOfType(document, { ...schema, ...(one && { type: one }) }));
    const [usual = fc.constant(null), ...rest] = each;
    return fc.oneof({ weight: 4, arbitrary: usual }, ...rest);
  }
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000 });
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const items = schemaValues(document, schema.items ?? {});
      return fc.array(items, { minLength: schema.minItems ?? 0, maxLength: MAX_ITEMS });
    }
    case 'object':
      return objects(document, schema);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function texts({ minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/) },
    fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 300) }),
    fc.constantFrom(...HOSTILE_TEXTS),
  );
}

function numbers({ minimum, maximum }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: minimum ?? -1_000, max: maximum ?? 1_000, noNaN: true }) },
    fc.constantFrom(...HOSTILE_NUMBERS),
  );
}

function objects(document: ApiDocument, { properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, schemaValues(document, schema)] as const);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  return fields.length > 0 ? known : fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }));
}
