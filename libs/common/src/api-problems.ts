import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { codeOf } from './problem-codes.js';
import { ProblemDto } from './problem.dto.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** An error in the OpenAPI document. */
export interface ProblemResponse {
  readonly description: string;
  readonly content: Record<string, { readonly schema: { readonly $ref: string }; readonly example: ProblemDto }>;
}

/** What an error means, with its `code` where that is not the status's usual one. */
type Meaning = string | { readonly description: string; readonly code: string };

/** Documents the errors of a route: `@ApiProblems({ 404: 'The model does not exist.' })`. */
export function ApiProblems(problems: Record<number, Meaning>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...Object.entries(problems).map(([status, meaning]) =>
      ApiResponse({ status: Number(status), ...problemResponse(Number(status), meaning) }),
    ),
  );
}

/** How the OpenAPI document shows an error. */
export function problemResponse(status: number, meaning: Meaning): ProblemResponse {
  const { description, code } = typeof meaning === 'string' ? { description: meaning, code: codeOf(status) } : meaning;
  return {
    description,
    content: {
      [PROBLEM_TYPE]: { schema: { $ref: getSchemaPath(ProblemDto) }, example: exampleOf(status, code, description) },
    },
  };
}

/** The 422 of a route whose path or query does not fit. */
export function badParameter(description: string): Meaning {
  return { description, code: 'invalid_parameter' };
}

function exampleOf(status: number, code: string, detail: string): ProblemDto {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    request_id: '5b8f3f3e-5e0d-4c9b-8a0b-0a8f8d1f2c11',
    ...(status === 422 && { errors: [{ path: 'field', message: 'what is wrong with it, and the fix' }] }),
  };
}
