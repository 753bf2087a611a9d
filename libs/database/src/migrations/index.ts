import { CreateTables1795219200000 } from './1795219200000-create-tables.js';
import { ExtendApiKeys1795226400000 } from './1795226400000-extend-api-keys.js';
import { FeatureStatistics1795230000000 } from './1795230000000-feature-statistics.js';
import { ManualPromotions1795244400000 } from './1795244400000-manual-promotions.js';
import { TrainingOptions1795300000000 } from './1795300000000-training-options.js';
import { DatasetProfiles1795303600000 } from './1795303600000-dataset-profiles.js';
import { DecisionPolicies1795307200000 } from './1795307200000-decision-policies.js';
import { DecisionRetention1795310800000 } from './1795310800000-decision-retention.js';
import { IdempotencyKeys1795314400000 } from './1795314400000-idempotency-keys.js';
import { TransactionsAsSent1795317600000 } from './1795317600000-transactions-as-sent.js';

/** In order of time. A merged migration never changes; a new one is added. */
export const MIGRATIONS = [
  CreateTables1795219200000,
  ExtendApiKeys1795226400000,
  FeatureStatistics1795230000000,
  ManualPromotions1795244400000,
  TrainingOptions1795300000000,
  DatasetProfiles1795303600000,
  DecisionPolicies1795307200000,
  DecisionRetention1795310800000,
  IdempotencyKeys1795314400000,
  TransactionsAsSent1795317600000,
] as const;
