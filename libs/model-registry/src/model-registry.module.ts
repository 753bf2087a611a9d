import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Model } from './model.entity.js';
import { ModelVersion } from './model-version.entity.js';
import { ModelsService } from './models.service.js';
import { Promotion } from './promotion.entity.js';
import { Registrar } from './registrar.service.js';
import { VersionsService } from './versions.service.js';

/** Definitions, versions and promotions in the database. */
@Module({
  imports: [TypeOrmModule.forFeature([Model, ModelVersion, Promotion])],
  providers: [ModelsService, VersionsService, Registrar],
  exports: [ModelsService, VersionsService, Registrar],
})
export class ModelRegistryModule {}
