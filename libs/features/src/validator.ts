import { type Feature, type FieldError, type ModelDefinition } from './definition.js';
import { compileReader } from './field-reader.js';
import { closestName, isCategoryText, isStorable, MAX_NAME_LENGTH, MAX_TEXT_LENGTH, TRANSACTION_ID } from './names.js';

/** No body gets more errors than this; the first ones are kept. */
export const MAX_ERRORS = 100;

/** Looking for what a client meant costs time in proportion to the features; a body full of noise gets this many. */
const MAX_SUGGESTIONS = 5;
const MAX_SHOWN = 40;

/** One transaction as it came: a JSON object. */
export type Transaction = Readonly<Record<string, unknown>>;

/** Tells what is wrong with the body of one transaction; empty: it can be scored. */
export type Validator = (body: unknown) => readonly FieldError[];

/** Shared by every valid transaction, so that the usual case allocates nothing. */
const NO_ERRORS: readonly FieldError[] = Object.freeze([]);

/**
 * Prepares the check of single transactions for one model.
 *
 * - Every feature that is not nullable must be there; null counts as absent and is taken for nullable ones only.
 * - number: a JSON number that float32 can hold (the model computes in float32, where a larger one is infinite).
 *   A number in quotes is refused: guessing hides a client's mistake.
 * - category: a text of at most 256 characters. boolean: true or false, 1 or 0.
 * - Further fields are refused by name, except the time column, carried columns and `transaction_id`. The label is
 *   refused as well: a transaction that is being scored has none yet.
 *
 * The definition must have passed `checkDefinition`.
 */
export function compileValidator(definition: ModelDefinition): Validator {
  const { features } = definition;
  const names = features.map(({ name }) => name);
  const extras = extraColumns(definition, new Set(names));
  const read = compileReader([...names, ...extras]);

  return (body) => {
    if (!isTransaction(body)) {
      return [{ path: '', message: `must be an object with one field per feature, got ${describe(body)}` }];
    }
    let known = 0;
    let valid = true;
    const values = read(body);
    let at = 0;
    for (const feature of features) {
      const value = values[at++];
      if (value !== undefined) known++;
      if (!accepts(feature, value)) valid = false;
    }
    for (const name of extras) {
      const value = values[at++];
      if (value !== undefined) known++;
      if (!acceptsExtra(name, value)) valid = false;
    }
    // Counting tells that nothing is unknown without looking at a single name.
    return valid && known === Object.keys(body).length ? NO_ERRORS : findErrors(definition, extras, body);
  };
}

/** Whether a body has the shape of a transaction: a JSON object. */
export function isTransaction(body: unknown): body is Transaction {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

/** Fields that may come with a transaction and are not features. */
function extraColumns({ timeColumn, carried }: ModelDefinition, names: ReadonlySet<string>): readonly string[] {
  const extras = new Set([TRANSACTION_ID, ...carried]);
  if (timeColumn !== null && !names.has(timeColumn)) extras.add(timeColumn);
  return [...extras];
}

function accepts(feature: Feature, value: unknown): boolean {
  if (value === undefined || value === null) return feature.nullable;
  switch (feature.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(Math.fround(value));
    case 'category':
      return typeof value === 'string' && isCategoryText(value);
    case 'boolean':
      return value === true || value === false || value === 0 || value === 1;
  }
}

function acceptsExtra(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value === 'string') return value.length <= maxLength(name) && isStorable(value);
  if (typeof value === 'number') return isKeptExactly(value);
  return name !== TRANSACTION_ID && (value === null || typeof value === 'boolean');
}

/** A whole number above 2^53 has been rounded to another one by the time it arrives here. */
function isKeptExactly(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function maxLength(name: string): number {
  return name === TRANSACTION_ID ? MAX_NAME_LENGTH : MAX_TEXT_LENGTH;
}

function findErrors(definition: ModelDefinition, extras: readonly string[], body: Transaction): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const feature of definition.features) {
    const value = body[feature.name];
    if (!accepts(feature, value)) errors.push({ path: feature.name, message: explain(feature, value) });
  }
  for (const name of extras) {
    const value = body[name];
    if (!acceptsExtra(name, value)) errors.push({ path: name, message: explainExtra(name, value) });
  }
  if (errors.length < MAX_ERRORS) errors.push(...findUnknown(definition, extras, body, MAX_ERRORS - errors.length));
  return errors.length === 0 ? NO_ERRORS : errors.slice(0, MAX_ERRORS);
}

function findUnknown(
  { name: model, features, label }: ModelDefinition,
  extras: readonly string[],
  body: Transaction,
  limit: number,
): FieldError[] {
  const known = new Set([...features.map(({ name }) => name), ...extras]);
  const absent = [...known].filter((name) => body[name] === undefined);
  const errors: FieldError[] = [];
  for (const name of Object.keys(body)) {
    if (errors.length === limit) break;
    if (known.has(name)) continue;
    const path = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
    if (name === label) {
      errors.push({ path, message: 'is the label: a transaction that is being scored has none, leave it out' });
      continue;
    }
    const meant = errors.length < MAX_SUGGESTIONS ? closestName(name, absent) : undefined;
    const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
    errors.push({ path, message: `is not a feature of ${model}${hint}` });
  }
  return errors;
}

function explain({ type, nullable }: Feature, value: unknown): string {
  if (value === undefined) return 'is required';
  if (value === null && !nullable) return `must be ${WANTED[type]}, got null`;
  switch (type) {
    case 'number':
      return explainNumber(value);
    case 'category':
      if (typeof value === 'number' || typeof value === 'boolean') {
        return `must be a text: send "${value}" instead of ${value}`;
      }
      return typeof value === 'string' ? explainText(value, MAX_TEXT_LENGTH) : `must be a text, got ${describe(value)}`;
    case 'boolean':
      return `must be ${WANTED.boolean}, got ${describe(value)}`;
  }
}

const WANTED = { number: 'a finite number', category: 'a text', boolean: 'true or false (or 1 or 0)' } as const;

function explainNumber(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) {
    return `must lie within ±3.4028235e38 (float32), got ${value}`;
  }
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return `must be a number and not a text: send ${Number(value)} instead of ${describe(value)}`;
  }
  return `must be ${WANTED.number}, got ${describe(value)}`;
}

function explainText(value: string, limit: number): string {
  if (value.length > limit) return `must have at most ${limit} characters, has ${value.length}`;
  return 'must not contain U+0000 or half of a surrogate pair';
}

function explainExtra(name: string, value: unknown): string {
  if (typeof value === 'string') return explainText(value, maxLength(name));
  if (typeof value === 'number' && Number.isFinite(value)) {
    return 'must be sent as a text: whole numbers above 9007199254740991 are not kept exactly';
  }
  const wanted = name === TRANSACTION_ID ? 'a text or a finite number' : 'a text, a finite number, true, false or null';
  return `must be ${wanted}, got ${describe(value)}`;
}

/** A value as a message shows it: short, whatever was sent. */
function describe(value: unknown): string {
  if (typeof value === 'string') {
    const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
    return JSON.stringify(shown);
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value;
}
