import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { Problem, type ProblemField } from './problem.js';

/** Throws what was wrong with a body when it was read. Leaves path parameters to their own pipes: Nest's would turn "1a" into NaN before those see it. */
class DtoPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (value instanceof Problem) throw value;
    return metadata.type === 'param' ? Promise.resolve(value) : super.transform(value, metadata);
  }
}

/** Checks bodies and queries against their DTOs: unknown fields are refused, every error names its field. */
export function validationPipe(): ValidationPipe {
  return new DtoPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => Problem.invalid(flatten(errors)),
  });
}

function flatten(errors: readonly ValidationError[], parent = ''): ProblemField[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = parent ? `${parent}.${property}` : property;
    const own = Object.values(constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...flatten(children ?? [], path)];
  });
}
