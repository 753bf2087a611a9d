export * from './metrics.js';
export * from './metrics.module.js';
export * from './serve-metrics.js';
export * from './trace/span.js';
export * from './trace/trace-context.js';
export * from './trace/tracing.js';
