export { ApiKeyTakenError } from './api-keys.service.js';
export * from './auth.module.js';
export {
  API_KEY_SECURITY,
  Authenticated,
  type AuthenticatedRequest,
  CurrentPrincipal,
  holderOf,
  Public,
} from './authenticated.js';
export { KeyCheck } from './key-check.js';
export { KeyUses } from './key-uses.js';
export { hasExpired, type KeyHolder, type Principal } from './principal.js';
