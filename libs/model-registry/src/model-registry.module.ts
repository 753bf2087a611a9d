import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Model } from './model.entity.js';
import { ModelVersion } from './model-version.entity.js';
import { ModelsService } from './models.service.js';
import { PolicyVersion } from './policies/decision-policy.entity.js';
import { PoliciesService } from './policies/policies.service.js';
import { Promotion } from './promotion.entity.js';
import { Registrar } from './registrar.service.js';
import { VersionsService } from './versions.service.js';

/** Definitions, policies, versions and promotions in the database. */
@Module({
  imports: [TypeOrmModule.forFeature([Model, ModelVersion, PolicyVersion, Promotion])],
  providers: [ModelsService, PoliciesService, VersionsService, Registrar],
  exports: [ModelsService, PoliciesService, VersionsService, Registrar],
})
export class ModelRegistryModule {}
