import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { endInTime, exitWithParent, logger, tellParent } from '@app/common';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { WorkerModule } from './worker.module.js';

const config = loadConfigOrExit('worker');
await migrateOrExit(config.databaseUrl ?? '');
const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), { logger: logger(config) });
worker.enableShutdownHooks();
endInTime();
exitWithParent(worker);
tellParent({ ready: true });
