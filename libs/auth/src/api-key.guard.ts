import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS, type Access, type AuthenticatedRequest } from './authenticated.js';
import { KeyCheck } from './key-check.js';
import { scopeMissing } from './key-problems.js';
import { KeyUses } from './key-uses.js';

/** Lets a request in by its `X-API-Key`, as its route's `@Authenticated()` or `@Public()` says. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly check: KeyCheck,
    private readonly uses: KeyUses,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    // Again, where there was a body: its key may have been revoked while it came.
    const principal = this.check.holderOf(request.headers);
    this.uses.add(principal.id);
    // This request's own: what scored it is noted there.
    request.principal = { ...principal };
    if (access === undefined) throw new Error('a route says neither @Public() nor @Authenticated()');
    if (access !== 'any-key' && !principal.scopes.includes(access)) throw scopeMissing(principal.name, access);
    return true;
  }
}
