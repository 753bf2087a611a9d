export { Draining } from './draining.js';
export * from './health.module.js';
export { HealthService } from './health.service.js';
