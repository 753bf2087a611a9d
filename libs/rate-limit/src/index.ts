export * from './rate-limit.module.js';
export { rateLimited, RateLimits, type RateLimitState } from './rate-limits.js';
