/**
 * `npm run postman`: writes `docs/postman` anew from the API's own document. Nothing is started for it: in Nest's
 * preview mode the routes are known, but nothing behind them is made.
 *
 *   node dist/apps/postman/main.js [another directory]
 */
import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@app/config';
import { Metrics } from '@app/metrics';
import { ApiModule } from '../api/api.module.js';
import { openApiDocument } from '../api/docs.js';
import { postmanFiles } from './files.js';

const module = ApiModule.forRoot(loadConfig({}), new Metrics());
const api = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
  preview: true,
  logger: false,
  abortOnError: false,
});
const directory = process.argv[2] ?? fileURLToPath(new URL('../../../docs/postman', import.meta.url));
await mkdir(directory, { recursive: true });
for (const [name, content] of Object.entries(postmanFiles(openApiDocument(api)))) {
  await writeFile(join(directory, name), content);
}
