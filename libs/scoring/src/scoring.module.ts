import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ServingModule } from '@app/model-registry';
import { DecisionLog } from './decision-log/decision-log.js';
import { DecisionStore } from './decision-log/decision-store.js';
import { DecisionPartitions } from './decision-partitions.js';
import { DecisionRow } from './decision.entity.js';
import { DecisionsService } from './decisions.service.js';
import { Explainer } from './explainer.service.js';
import { KeyedDecisions } from './idempotency/keyed-decisions.js';
import { OldKeys } from './idempotency/old-keys.js';
import { ScoringMetrics } from './scoring-metrics.js';
import { ScoringController } from './scoring.controller.js';
import { ScoringService } from './scoring.service.js';
import { SharedRuns } from './shared-runs.js';
import { SingleDecisions } from './single-decisions.js';

@Module({
  imports: [TypeOrmModule.forFeature([DecisionRow]), ServingModule],
  controllers: [ScoringController],
  providers: [
    ScoringService,
    DecisionsService,
    DecisionLog,
    DecisionStore,
    DecisionPartitions,
    Explainer,
    KeyedDecisions,
    OldKeys,
    ScoringMetrics,
    SharedRuns,
    SingleDecisions,
  ],
  exports: [DecisionsService, KeyedDecisions, ScoringService, SingleDecisions],
})
export class ScoringModule {}
