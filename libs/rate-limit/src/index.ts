export * from './rate-limit.module.js';
export { rateLimited, RateLimits } from './rate-limits.js';
