import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyCheck } from './key-check.js';
import { KeyUses } from './key-uses.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';

/** Keys, and the guard that asks for one in front of every route of the application that imports it. */
@Module({
  imports: [TypeOrmModule.forFeature([ApiKey])],
  controllers: [KeysController],
  exports: [KeyCheck, KeyUses],
  providers: [ApiKeysService, KeyCheck, KeysService, KeyUses, { provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AuthModule {}
