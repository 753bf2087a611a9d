import { type Components, type Described, resolve, type Schema } from './openapi.js';

/**
 * An example of what a schema describes: its own, or put together from those of its parts. Required fields come first;
 * a field without an example is left out.
 */
export function exampleOf(schema: Schema, schemas: Components['schemas']): unknown {
  const known = resolve(schema, schemas);
  const own = ownExample(known);
  if (own !== undefined) return own;
  const { items, properties, allOf, required = [] } = known;
  if (items) {
    const item = exampleOf(items, schemas);
    return item === undefined ? [] : [item];
  }
  if (!properties && !allOf) return undefined;
  const parts = (allOf ?? []).map((part) => exampleOf(part, schemas));
  const fields = Object.entries(properties ?? {})
    .map(([name, field]) => [name, exampleOf(field, schemas)] as const)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => Number(required.includes(other)) - Number(required.includes(one)));
  return Object.assign({}, ...parts, Object.fromEntries(fields)) as unknown;
}

function ownExample(schema: Described): unknown {
  const first: unknown = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  return schema.example ?? first ?? schema.default ?? schema.enum?.[0];
}
