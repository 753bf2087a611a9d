import type { ErrorForm } from '@app/common';
import { getSchemaPath } from '@nestjs/swagger';
import { InferenceErrorDto } from './open-inference.dto.js';

/** Errors as the protocol has them: `{"error": "…"}`, with 400 for a request that does not fit. */
export const INFERENCE_ERRORS: ErrorForm = {
  path: '/v2',
  write: (problem) => {
    const status = problem.getStatus();
    return { status: status === 422 ? 400 : status, type: 'application/json', body: { error: problem.message } };
  },
};

/** Such an error in the OpenAPI document. */
export function inferenceErrorContent(error: string): Record<string, { schema: { $ref: string }; example: object }> {
  return { 'application/json': { schema: { $ref: getSchemaPath(InferenceErrorDto) }, example: { error } } };
}
