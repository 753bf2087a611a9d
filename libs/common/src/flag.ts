import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { Optional } from './optional.js';
import { Problem } from './problem.js';

const RULE = 'must be true or false';

/** A field of a query that is `true` or `false` and may be left out. */
export function Flag(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    Transform(({ value }: TransformFnParams): unknown => readFlag(value) ?? (value as unknown)),
    IsBoolean({ message: RULE }),
  );
}

/** A flag as it is sent, also as Python spells it; undefined: it is none. */
export function readFlag(sent: unknown): boolean | undefined {
  const text = typeof sent === 'string' ? sent.toLowerCase() : '';
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return undefined;
}

/** 422 */
export function noFlag(name: string): Problem {
  return Problem.invalidParameter([{ path: name, message: RULE }]);
}
