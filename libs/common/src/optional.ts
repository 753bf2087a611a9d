import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

/** A field with a default: it may be left out, and the docs page says so. */
export function Optional(): PropertyDecorator {
  return applyDecorators(IsOptional(), ApiPropertyOptional());
}
