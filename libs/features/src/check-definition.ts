import { checkPolicy } from './check-policy.js';
import { type FieldError, type ModelDefinition } from './definition.js';
import { isStorable, MAX_NAME_LENGTH, TRANSACTION_ID } from './names.js';

export const MAX_FEATURES = 2_000;
const MODEL_NAME = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;
const MAX_MODEL_NAME_LENGTH = 64;

/**
 * What a definition of the right shape may still have wrong: names, how its columns relate, the order of its cut-offs.
 *
 * `path` is the field as it stands in the request (`features.3.name`, `time_column`, `policy.review`). Empty: all is well.
 */
export function checkDefinition(definition: ModelDefinition): FieldError[] {
  return [
    ...checkModelName(definition.name),
    ...checkDescriptions(definition),
    ...checkFeatureCount(definition.features.length),
    ...checkColumns(definition),
    ...checkTimeColumn(definition),
    ...checkPolicy(definition.policy, definition.features),
  ];
}

function checkModelName(name: string): FieldError[] {
  if (name.length <= MAX_MODEL_NAME_LENGTH && MODEL_NAME.test(name)) return [];
  const message = `must be 1 to ${MAX_MODEL_NAME_LENGTH} lower-case letters and digits, parted by single - or _, like card-payments`;
  return [{ path: 'name', message }];
}

function checkDescriptions({ description, features }: ModelDefinition): FieldError[] {
  const texts = [
    { path: 'description', text: description },
    ...features.map((feature, index) => ({ path: `features.${index}.description`, text: feature.description ?? '' })),
  ];
  return texts
    .filter(({ text }) => !isStorable(text))
    .map(({ path }) => ({ path, message: 'must not contain U+0000 or half of a surrogate pair' }));
}

function checkFeatureCount(count: number): FieldError[] {
  if (count >= 1 && count <= MAX_FEATURES) return [];
  return [{ path: 'features', message: `must hold 1 to ${MAX_FEATURES} features, got ${count}` }];
}

/** Features, label and carried columns: every name well formed, none used twice. */
function checkColumns(definition: ModelDefinition): FieldError[] {
  const columns = [
    ...definition.features.map(({ name }, index) => ({ path: `features.${index}.name`, name, role: 'a feature' })),
    { path: 'label', name: definition.label, role: 'the label' },
    ...definition.carried.map((name, index) => ({ path: `carried.${index}`, name, role: 'a carried column' })),
  ];
  const errors: FieldError[] = [];
  const taken = new Map<string, { name: string; role: string }>();
  for (const { path, name, role } of columns) {
    const problem = checkColumnName(name);
    // Without regard to case: SQL readers of a CSV file cannot tell `Amount` from `amount`.
    const key = name.toLowerCase();
    const other = taken.get(key);
    if (problem !== undefined) errors.push({ path, message: problem });
    else if (other === undefined) taken.set(key, { name, role });
    else if (other.name === name) errors.push({ path, message: `${quote(name)} is already the name of ${other.role}` });
    else errors.push({ path, message: `${quote(name)} differs from ${quote(other.name)} in case only` });
  }
  return errors;
}

function checkTimeColumn({ timeColumn, label, features, carried }: ModelDefinition): FieldError[] {
  const path = 'time_column';
  if (timeColumn === null) return [];
  const problem = checkColumnName(timeColumn);
  if (problem !== undefined) return [{ path, message: problem }];
  if (timeColumn === label) return [{ path, message: 'must not be the label' }];
  const feature = features.find(({ name }) => name === timeColumn);
  if (feature !== undefined) {
    if (feature.type === 'number') return [];
    return [{ path, message: `is also a feature, which must then be a number and not a ${feature.type}` }];
  }
  const lower = timeColumn.toLowerCase();
  const alike = [label, ...carried, ...features.map(({ name }) => name)].find(
    (name) => name !== timeColumn && name.toLowerCase() === lower,
  );
  if (alike === undefined) return [];
  return [{ path, message: `${quote(timeColumn)} differs from ${quote(alike)} in case only` }];
}

/** What is wrong with the name of a column; undefined: nothing. */
function checkColumnName(name: string): string | undefined {
  if (name.length < 1 || name.length > MAX_NAME_LENGTH) {
    return `must have 1 to ${MAX_NAME_LENGTH} characters, has ${name.length}`;
  }
  if (/\p{Cc}/u.test(name) || !isStorable(name)) return 'must not contain control characters or broken Unicode';
  if (name.trim() !== name) return `must not begin or end with a space, got ${quote(name)}`;
  if (name === TRANSACTION_ID) return `${quote(name)} is reserved: it comes with any transaction`;
  // A name that every JavaScript object answers to would look present where it is absent.
  if (name in Object.prototype || name === 'prototype') return `${quote(name)} is a reserved name`;
  return undefined;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
