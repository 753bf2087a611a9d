import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { fieldErrors } from './field-errors.js';
import { Problem } from './problem.js';

/** No DTO is as deep; class-transformer would run out of stack on one that is. */
const MAX_DEPTH = 20;

/** Room for a model of 2,000 features with all their fields. On what a mebibyte can hold, validation takes seconds. */
const MAX_VALUES = 12_000;

/** With `target`, an error tells which fields there are. */
const RULES = { transform: true, whitelist: true, forbidNonWhitelisted: true, validationError: { target: true } };

/**
 * Throws what was wrong with a body when it was read. Leaves path parameters to their own pipes: Nest's would turn "1a"
 * into NaN before those see it.
 */
class DtoPipe extends ValidationPipe {
  private readonly queries = new ValidationPipe({
    ...RULES,
    exceptionFactory: (errors: ValidationError[]) => Problem.invalidParameter(fieldErrors(errors)),
  });

  constructor() {
    super({ ...RULES, exceptionFactory: (errors: ValidationError[]) => Problem.invalid(fieldErrors(errors)) });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof Problem) throw value;
    if (metadata.type === 'param') return Promise.resolve(value);
    if (metadata.type === 'query') return this.queries.transform(value, metadata);
    if (metadata.type === 'body' && metadata.metatype !== undefined && metadata.metatype !== Object) {
      const misfit = isObject(value) ? excessOf(value) : 'must be a JSON object';
      if (misfit !== undefined) throw Problem.invalid([{ path: '', message: misfit }]);
    }
    return super.transform(value, metadata);
  }
}

/** Checks bodies and queries against their DTOs: unknown fields are refused, every error names its field. */
export function validationPipe(): ValidationPipe {
  return new DtoPipe();
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
