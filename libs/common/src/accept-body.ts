import { RouteConfig } from '@nestjs/platform-fastify';

/** What a route takes beyond a mebibyte of JSON. */
export interface BodyRules {
  readonly maxMebibytes?: number;
  /** Media types besides JSON; their bodies arrive as {@link TextBody}. */
  readonly types?: readonly string[];
}

/** A body that is not JSON, as it came. */
export class TextBody {
  constructor(
    readonly type: string,
    readonly text: string,
  ) {}
}

declare module 'fastify' {
  interface FastifyContextConfig {
    body?: BodyRules;
  }
}

/** The route takes larger bodies, or further media types. */
export function AcceptBody(body: BodyRules): MethodDecorator {
  return RouteConfig({ body });
}
