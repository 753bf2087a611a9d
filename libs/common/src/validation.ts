import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { Problem, type ProblemField } from './problem.js';

/** No DTO is as deep; class-transformer would run out of stack on one that is. */
const MAX_DEPTH = 20;

/**
 * Throws what was wrong with a body when it was read. Leaves path parameters to their own pipes: Nest's would turn "1a"
 * into NaN before those see it.
 */
class DtoPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof Problem) throw value;
    if (metadata.type === 'param') return Promise.resolve(value);
    if (metadata.metatype !== undefined && metadata.metatype !== Object && isDeeperThan(value, MAX_DEPTH)) {
      throw Problem.invalid([{ path: '', message: `must not be nested more than ${MAX_DEPTH} deep` }]);
    }
    return super.transform(value, metadata);
  }
}

/** Checks bodies and queries against their DTOs: unknown fields are refused, every error names its field. */
export function validationPipe(): ValidationPipe {
  return new DtoPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => Problem.invalid(flatten(errors)),
  });
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

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(each, levels - 1));
}
