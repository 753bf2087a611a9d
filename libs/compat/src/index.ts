export * from './compat.module.js';
