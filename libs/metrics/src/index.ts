export { type Counter, type CounterSeries } from './counter.js';
export { type Histogram, type HistogramSeries } from './histogram.js';
export * from './metrics.js';
export * from './metrics.module.js';
export * from './process-sum.js';
export * from './serve-metrics.js';
export * from './trace/span.js';
export * from './trace/trace-context.js';
export * from './trace/tracing.js';
