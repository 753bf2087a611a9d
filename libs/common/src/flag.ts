import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { Optional } from './optional.js';

/** A field of a query that is `true` or `false` and may be left out. */
export function Flag(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    Transform(({ value }: TransformFnParams): unknown => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean({ message: 'must be true or false' }),
  );
}
