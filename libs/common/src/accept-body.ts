import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { errorCodes } from 'fastify';
import { ApiProblems, type Refusal } from './api-problems.js';
import { asProblem } from './problem.filter.js';

/** What a route takes other than a mebibyte of JSON. */
export interface BodyRules {
  readonly maxMebibytes?: number;
  /** All media types that it takes. Those that are text, but not JSON, arrive as {@link TextBody}. */
  readonly types?: readonly string[];
  /** JSON arrives as a {@link JsonBody}. */
  readonly keepText?: boolean;
}

/** A body that is not JSON, as it came. */
export class TextBody {
  constructor(
    readonly type: string,
    readonly text: string,
  ) {}
}

/** A JSON body with its text, which alone knows the order of an object's fields. */
export class JsonBody {
  constructor(
    readonly value: unknown,
    readonly text: string,
  ) {}
}

declare module 'fastify' {
  interface FastifyContextConfig {
    body?: BodyRules;
  }
}

/** The route takes larger bodies, other media types, or texts with the values. Also the limit's entry on the docs page. */
export function AcceptBody(body: BodyRules): MethodDecorator {
  const { maxMebibytes } = body;
  return applyDecorators(
    RouteConfig({ body }),
    ...(maxMebibytes === undefined ? [] : [ApiProblems({ 413: bodyTooLarge(maxMebibytes) })]),
  );
}

/** How the docs page tells of a limit. Fastify throws the error. */
export function bodyTooLarge(mebibytes: number): Refusal {
  return [`The body is larger than ${mebibytes} MiB.`, asProblem(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())];
}
