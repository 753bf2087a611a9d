export * from './rate-limit.module.js';
