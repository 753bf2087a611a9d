import { closestName, MAX_ERRORS, MAX_NAME_LENGTH } from '@app/features';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { ProblemField } from './problem.js';

/** What class-validator found, as clients are told of it: each field by its path, the first hundred. */
export function fieldErrors(errors: readonly ValidationError[]): ProblemField[] {
  return flatten(errors).slice(0, MAX_ERRORS);
}

function flatten(errors: readonly ValidationError[], parent = ''): ProblemField[] {
  return errors.flatMap((error) => {
    const name = error.property.slice(0, MAX_NAME_LENGTH);
    const path = parent ? `${parent}.${name}` : name;
    const message = messageOf(error);
    const own = message === undefined ? [] : [{ path, message }];
    return [...own, ...flatten(error.children ?? [], path)];
  });
}

/** That something is no text says more than that it is not so many characters long. */
function messageOf(error: ValidationError): string | undefined {
  const { constraints = {}, target } = error;
  if (constraints['whitelistValidation'] !== undefined) return unknownField(error);
  if (constraints['nestedValidation'] !== undefined) return 'must be an object';
  const names = Object.keys(constraints);
  if (names.length > 0 && target && Reflect.get(target, error.property) === undefined) return 'is required';
  const name = names.find((each) => each.startsWith('is')) ?? names[0];
  return name === undefined ? undefined : withoutName(constraints[name] ?? '', error.property);
}

function unknownField({ property, target }: ValidationError): string {
  const known = target === undefined ? [] : fieldsOf(target);
  if (known.length === 0) return 'is not known here; leave it out';
  const meant = closestName(property, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`;
  return `is not known here; ${hint}`;
}

function fieldsOf({ constructor }: object): readonly string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(constructor, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** The path says whose field it is: `must be an integer number`, and not `limit must be an integer number`. */
function withoutName(message: string, property: string): string {
  if (message.startsWith(`${property} `)) return message.slice(property.length + 1);
  return message.replace(`each value in ${property} `, 'each value ');
}
