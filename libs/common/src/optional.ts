import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';

/** A field with a default: it may be left out, and the docs page says so. Null is taken only where it means something. */
export function Optional({ nullable = false } = {}): PropertyDecorator {
  return applyDecorators(
    nullable ? IsOptional() : ValidateIf((_object, value) => value !== undefined),
    ApiPropertyOptional(),
  );
}
