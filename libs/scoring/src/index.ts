export { DecisionLog, type DecisionRecord } from './decision-log.js';
export { assertBatchSize, MAX_BATCH, pathByIndex, type PathOf } from './many.js';
export { tooMany } from './problems.js';
export { ScoringMetrics } from './scoring-metrics.js';
export * from './scoring.module.js';
export { ScoringService } from './scoring.service.js';
