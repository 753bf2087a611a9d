import { Module } from '@nestjs/common';
import { CatalogueService } from './catalogue.service.js';
import { ChampionChanges } from './champion-changes.service.js';
import { ChampionMetrics } from './champion-metrics.js';
import { Champions } from './champions.service.js';
import { ModelRegistryModule } from './model-registry.module.js';
import { ModelsController } from './models.controller.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PolicyCatalogue } from './policies/policy-catalogue.service.js';
import { PromotionsController } from './promotions.controller.js';

/** What only the API needs of the registry: its routes, and the champions held in memory. */
@Module({
  imports: [ModelRegistryModule],
  controllers: [ModelsController, PoliciesController, PromotionsController],
  providers: [CatalogueService, ChampionChanges, ChampionMetrics, Champions, PolicyCatalogue],
  exports: [ModelRegistryModule, CatalogueService, Champions],
})
export class ServingModule {}
