import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { Problem, type ProblemField } from './problem.js';

/** No DTO is as deep; class-transformer would run out of stack on one that is. */
const MAX_DEPTH = 20;

/** Room for a model of 2,000 features with all their fields. On what a mebibyte can hold, validation takes seconds. */
const MAX_VALUES = 12_000;

/** Whoever has more to mend than that will ask again. */
const MAX_ERRORS = 100;

const RULES = { transform: true, whitelist: true, forbidNonWhitelisted: true };

/**
 * Throws what was wrong with a body when it was read. Leaves path parameters to their own pipes: Nest's would turn "1a"
 * into NaN before those see it.
 */
class DtoPipe extends ValidationPipe {
  private readonly queries = new ValidationPipe({
    ...RULES,
    exceptionFactory: refusal((fields) => Problem.invalidParameter(fields)),
  });

  constructor() {
    super({ ...RULES, exceptionFactory: refusal((fields) => Problem.invalid(fields)) });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof Problem) throw value;
    if (metadata.type === 'param') return Promise.resolve(value);
    if (metadata.type === 'query') return this.queries.transform(value, metadata);
    const excess = metadata.metatype === undefined || metadata.metatype === Object ? undefined : excessOf(value);
    if (excess !== undefined) throw Problem.invalid([{ path: '', message: excess }]);
    return super.transform(value, metadata);
  }
}

/** Checks bodies and queries against their DTOs: unknown fields are refused, every error names its field. */
export function validationPipe(): ValidationPipe {
  return new DtoPipe();
}

function refusal(refuse: (fields: readonly ProblemField[]) => Problem): (errors: ValidationError[]) => Problem {
  return (errors) => refuse(flatten(errors).slice(0, MAX_ERRORS));
}

function flatten(errors: readonly ValidationError[], parent = ''): ProblemField[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = parent ? `${parent}.${property}` : property;
    const message = mostTelling(constraints ?? {});
    const own = message === undefined ? [] : [{ path, message }];
    return [...own, ...flatten(children ?? [], path)];
  });
}

/** That something is no text says more than that it is not so many characters long. */
function mostTelling(constraints: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(constraints);
  const name = names.find((each) => each.startsWith('is')) ?? names[0];
  return name === undefined ? undefined : constraints[name];
}

/** Why a body is too much to be validated; undefined: it is not. */
function excessOf(body: unknown): string | undefined {
  let values = 0;
  let level: readonly unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (values > MAX_VALUES) return `must not hold more than ${MAX_VALUES} values`;
    const holders = level.filter((value) => typeof value === 'object' && value !== null);
    if (depth === MAX_DEPTH && holders.length > 0) return `must not be nested more than ${MAX_DEPTH} deep`;
    level = holders.flatMap((holder): unknown[] => Object.values(holder));
  }
  return undefined;
}
