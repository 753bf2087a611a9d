import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEM_TYPE, problemBody } from './problem-body.js';
import { ProblemDto } from './problem.dto.js';
import type { Problem } from './problem.js';

/** What a status means on a route, and the problems that have it there: one for each `code`, made as the route makes it. */
export type Refusal = readonly [description: string, example: Problem, ...more: Problem[]];

/** The errors of a route by status. */
export type Refusals = Readonly<Record<number, Refusal>>;

/** An error in the OpenAPI document. */
export interface ProblemResponse {
  readonly description: string;
  readonly content: Record<
    string,
    { readonly schema: { readonly $ref: string }; readonly examples: Record<string, { readonly value: ProblemDto }> }
  >;
}

/** Documents the errors of a route: `@ApiProblems({ 404: ['There is no such model.', noModel('claims')] })`. */
export function ApiProblems(refusals: Refusals): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...Object.entries(refusals).map(([status, refusal]) =>
      ApiResponse({ status: Number(status), ...problemResponse(refusal) }),
    ),
  );
}

/** How the OpenAPI document shows an error: each problem as an example, by its code. */
export function problemResponse([description, ...problems]: Refusal): ProblemResponse {
  const examples: Record<string, { value: ProblemDto }> = {};
  for (const problem of problems) {
    const earlier = problems.slice(0, problems.indexOf(problem)).filter(({ code }) => code === problem.code).length;
    const name = earlier === 0 ? problem.code : `${problem.code}_${earlier + 1}`;
    examples[name] = { value: problemBody(problem, REQUEST_ID) };
  }
  return { description, content: { [PROBLEM_TYPE]: { schema: { $ref: getSchemaPath(ProblemDto) }, examples } } };
}

const REQUEST_ID = '5b8f3f3e-5e0d-4c9b-8a0b-0a8f8d1f2c11';
