import { setImmediate as nextTurn } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Problem } from '@app/common';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule } from '@app/database';
import { HealthService } from '@app/health';
import { Metrics, MetricsModule } from '@app/metrics';
import { Champions, ServingModule } from '@app/model-registry';
import { ScoringModule } from '@app/scoring';
import { exampleTransaction } from '@app/simulator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenInferenceService } from '../../libs/compat/src/open-inference/open-inference.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { promoteHigher, trainSimulated, untilServing } from '../support/training.js';

const row = Object.values(exampleTransaction('credit-card')).map(Number);
/** So many rows are read bit by bit: a champion can come in between. */
const ROWS = 7_000;
const body = {
  inputs: [{ name: 'features', shape: [ROWS, row.length], datatype: 'FP64', data: Array(ROWS).fill(row).flat() }],
  outputs: [{ name: 'score' }],
};

/** In this process: over HTTP the moment between reading and scoring would hardly ever be met. */
describe('a version that is asked for while another becomes champion', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await promoteHigher(app, 'credit-card');
    await trainSimulated(app, 'credit-card', { rows: 1_000 }, { params: { rounds: 1, max_depth: 1 } });
    await trainSimulated(app, 'credit-card', { rows: 1_000 }, { params: { rounds: 20 } });
  });
  afterAll(() => app.stop());

  it('answers itself', async () => {
    await untilServing(app, 'credit-card', 2);
    const config = loadConfig({ DATABASE_URL: app.databaseUrl, REDIS_URL: 'redis://127.0.0.1:1', API_KEY: app.key });
    const metrics = MetricsModule.forRoot('test', new Metrics());
    @Module({
      imports: [ConfigModule.forRoot(config), DatabaseModule.forRoot('test'), metrics, ScoringModule, ServingModule],
      // Nobody asks for the health here.
      providers: [OpenInferenceService, { provide: HealthService, useValue: null }],
    })
    class InferenceModule {}
    const context = await NestFactory.createApplicationContext(InferenceModule, { logger: false });
    const inference = context.get(OpenInferenceService);
    const champions = context.get(Champions, { strict: false });
    const principal = { name: 'test', scopes: ['score' as const] };
    const ask = async (version: string): Promise<string> => {
      try {
        const answer = await inference.infer('credit-card', body, principal, version);
        return `by ${JSON.parse(await text(answer.getStream())).model_version}`;
      } catch (error) {
        return error instanceof Problem ? error.code : String(error);
      }
    };

    const asked: Promise<string>[] = [];
    const promote = app.request().post('/v1/models/credit-card/promote').send({ version: 1, reason: 'back' });
    const promoted = promote.then(({ status }) => status);
    // One begins in each turn, so that the change finds some that are being read.
    while (champions.find('credit-card')?.version === 2) {
      asked.push(ask('2'));
      await nextTurn();
    }
    asked.push(ask('2'));
    const answers = await Promise.all(asked);
    expect(await promoted).toBe(200);
    await context.close();
    expect([...new Set(answers)]).toEqual(['by 2', 'not_found']);
  });
});
