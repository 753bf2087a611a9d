import { getSchemaPath } from '@nestjs/swagger';
import { InferenceErrorDto } from './open-inference.dto.js';

/** Whether a path is the protocol's, whose errors have a form of their own; also one at which there is no route. */
export function isOpenInference(path: string): boolean {
  return /^\/v2(?![^/?])/.test(path);
}

/** An error of the protocol in the OpenAPI document. */
export function inferenceErrorContent(error: string): Record<string, { schema: { $ref: string }; example: object }> {
  return { 'application/json': { schema: { $ref: getSchemaPath(InferenceErrorDto) }, example: { error } } };
}
