import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Problem } from '@app/common';
import { ApiKeysService } from './api-keys.service.js';
import { ACCESS, type Access, type AuthenticatedRequest } from './authenticated.js';
import { KeyUses } from './key-uses.js';
import { hasExpired } from './principal.js';

/** Lets a request in by its `X-API-Key`, as its route's `@Authenticated()` or `@Public()` says. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeysService,
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
    const key = request.headers['x-api-key'];
    if (typeof key !== 'string' || key === '') {
      throw new Problem(403, 'key_missing', 'Send your key in the X-API-Key header.');
    }
    const principal = this.keys.find(key);
    if (!principal) throw new Problem(403, 'key_unknown', 'The key in X-API-Key is not valid.');
    if (hasExpired(principal)) throw new Problem(403, 'key_expired', `The key "${principal.name}" has expired.`);
    this.uses.add(principal.id);
    if (access === undefined) throw new Problem(403, 'forbidden', 'This route lets nobody in.');
    if (access !== 'any-key' && !principal.scopes.includes(access)) {
      throw new Problem(403, 'scope_missing', `The key "${principal.name}" lacks the scope "${access}".`);
    }
    request.principal = principal;
    return true;
  }
}
