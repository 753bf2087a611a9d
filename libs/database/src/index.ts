export * from './data-source-options.js';
export * from './database.module.js';
export { impatientPool } from './impatient-pool.js';
export * from './migrate.js';
export * from './notifications.js';
export * from './notify.js';
