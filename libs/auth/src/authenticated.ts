import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '@app/common';
import type { FastifyRequest } from 'fastify';
import { keyExpired, keyMissing, keyUnknown, scopeMissing } from './key-problems.js';
import type { KeyHolder, Principal, Scope } from './principal.js';

export const API_KEY_SECURITY = 'api-key';
export const ACCESS = 'access';

/** What a route asks for: nothing, any key, or a key with a scope. */
export type Access = 'public' | 'any-key' | Scope;

/** The request as the guard leaves it. */
export interface AuthenticatedRequest extends FastifyRequest {
  principal?: KeyHolder;
}

/** The route needs an `X-API-Key` with this scope (without one: any valid key). Also its entry on the docs page. */
export function Authenticated(scope?: Scope): MethodDecorator & ClassDecorator {
  const needed = scope ? `a key with the scope \`${scope}\`` : 'a valid key';
  return applyDecorators(
    SetMetadata(ACCESS, (scope ?? 'any-key') satisfies Access),
    ApiSecurity(API_KEY_SECURITY),
    ApiProblems({
      403: [
        `\`X-API-Key\` is missing, unknown, expired or revoked, or not ${needed}.`,
        keyMissing(),
        keyUnknown(),
        keyExpired('web-shop'),
        ...(scope ? [scopeMissing('web-shop', scope)] : []),
      ],
    }),
  );
}

/**
 * The route answers without a key, unless it takes a body: bodies are read from holders of a key alone. A route that says
 * neither this nor `@Authenticated()` lets nobody in.
 */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ACCESS, 'public' satisfies Access);
}

/** Who sends the request, once the key guard has let it in; undefined on a public route. */
export function holderOf(context: ExecutionContext): KeyHolder | undefined {
  return context.switchToHttp().getRequest<AuthenticatedRequest>().principal;
}

/** The holder of the key that the request came with. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = holderOf(context);
  if (!principal) throw new Error('@CurrentPrincipal() on a route without @Authenticated()');
  return principal;
});
