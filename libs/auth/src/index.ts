export { ApiKeyTakenError } from './api-keys.service.js';
export * from './auth.module.js';
export { API_KEY_SECURITY, Authenticated, CurrentPrincipal, holderOf, Public } from './authenticated.js';
export type { Principal, Scope } from './principal.js';
