import { RouteConfig } from '@nestjs/platform-fastify';

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

/** The route takes larger bodies, other media types, or texts with the values. */
export function AcceptBody(body: BodyRules): MethodDecorator {
  return RouteConfig({ body });
}
