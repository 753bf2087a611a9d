import { type ErrorForm, Problem, type ProblemDto } from '@app/common';
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

/** 404: the protocol's errors have no code. */
export function versionNotLoaded(model: string, asked: string, champion: number): Problem {
  const detail = `Version ${asked.slice(0, 40)} of "${model}" is not loaded: its champion is ${champion}.`;
  return new Problem(404, 'not_found', detail);
}

type Examples<Value> = Record<string, { readonly value: Value }>;

/** Errors of the OpenAPI document as the protocol has them. */
export function inferenceErrorContent(
  problems: Examples<ProblemDto>,
): Record<string, { schema: { $ref: string }; examples: Examples<InferenceErrorDto> }> {
  const examples = Object.entries(problems).map(
    ([name, { value }]) => [name, { value: { error: value.detail } }] as const,
  );
  return {
    'application/json': { schema: { $ref: getSchemaPath(InferenceErrorDto) }, examples: Object.fromEntries(examples) },
  };
}
