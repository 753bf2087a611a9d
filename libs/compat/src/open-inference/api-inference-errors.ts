import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { InferenceErrorDto } from './open-inference.dto.js';

const KEY = { 403: '`X-API-Key` is missing, unknown, or lacks the scope `score`.' };

/** Documents the errors of a route in the protocol's form. Stands above `@Authenticated()`, whose 403 it replaces. */
export function ApiInferenceErrors(errors: Record<number, string> = {}): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(InferenceErrorDto),
    ...Object.entries({ ...KEY, ...errors }).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: {
          'application/json': {
            schema: { $ref: getSchemaPath(InferenceErrorDto) },
            example: { error: description },
          },
        },
      }),
    ),
  );
}
