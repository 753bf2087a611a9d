import fc from 'fast-check';
import { HOSTILE_JSON, HOSTILE_NAMES } from './hostile.js';

/** Stands in a value for a piece of text that JSON.stringify would never write. */
class RawJson {
  constructor(readonly text: string) {}
}

type Edit =
  | { readonly kind: 'replace'; readonly at: number; readonly text: string }
  | { readonly kind: 'drop'; readonly at: number }
  | { readonly kind: 'rename' | 'add' | 'twice'; readonly at: number; readonly name: string; readonly text: string };

const place = fc.nat({ max: 500 });
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_JSON) },
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: place, text: piece }) },
  fc.record({ kind: fc.constant('drop' as const), at: place }),
  fc.record({
    kind: fc.constantFrom('rename' as const, 'add' as const, 'twice' as const),
    at: place,
    name: fc.constantFrom(...HOSTILE_NAMES),
    text: piece,
  }),
);

/** JSON text of the given values, as they are or with up to three things wrong. */
export function jsonTexts(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(values, fc.oneof(fc.constant([]), fc.array(edits, { minLength: 1, maxLength: 3 })))
    .map(([value, changes]) => write(changes.reduce<unknown>(apply, value)));
}

/** Where something stands in a value: in which list or object, at which place. */
interface Spot {
  readonly holder: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly key: string;
}

/** Changes one of the places of a value, counted through and around; leaves the value itself alone. */
function apply(value: unknown, edit: Edit): unknown {
  const copy = { root: structuredCloneOf(value) };
  const spots = spotsOf(copy);
  const spot = spots[edit.at % spots.length];
  if (!spot) return value;
  const { holder, key } = spot;
  switch (edit.kind) {
    case 'replace':
      put(holder, key, new RawJson(edit.text));
      break;
    case 'drop':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 'rename':
      if (holder !== copy) put(holder, edit.name, take(holder, key));
      break;
    case 'add':
      if (holder !== copy) put(holder, edit.name, new RawJson(edit.text));
      break;
    case 'twice':
      if (holder !== copy)
        put(holder, key, new RawJson(`${write(Reflect.get(holder, key))},${JSON.stringify(key)}:${edit.text}`));
  }
  return copy.root;
}

function put(holder: Spot['holder'], key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) holder.push(value);
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function take(holder: Spot['holder'], key: string): unknown {
  const value: unknown = Reflect.get(holder, key);
  if (!Array.isArray(holder)) Reflect.deleteProperty(holder, key);
  return value;
}

function spotsOf(root: Spot['holder']): Spot[] {
  const spots: Spot[] = [];
  const holders: unknown[] = [root];
  for (const holder of holders) {
    if (!isHolder(holder)) continue;
    for (const key of Object.keys(holder)) {
      spots.push({ holder, key });
      holders.push(Reflect.get(holder, key));
    }
  }
  return spots;
}

function isHolder(value: unknown): value is Spot['holder'] {
  return typeof value === 'object' && value !== null && !(value instanceof RawJson);
}

function structuredCloneOf(value: unknown): unknown {
  if (!isHolder(value)) return value;
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, structuredCloneOf(each)]));
}

function write(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (!isHolder(value)) return Object.is(value, -0) ? '-0' : JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}:${write(each)}`)
    .join(',')}}`;
}
