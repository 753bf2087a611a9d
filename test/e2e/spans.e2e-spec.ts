import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { Collector } from '../support/collector.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const PARENT = '00f067aa0ba902b7';
const SERVER = 2;
const CONSUMER = 5;
const ERROR = 2;

const traceparent = (trace: string, flags: string): string => `00-${trace}-${PARENT}-${flags}`;

describe('spans', () => {
  let collector: Collector;
  let app: TestApp;
  beforeAll(async () => {
    collector = await Collector.start();
    app = await startApp({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=hush%20hush',
      },
    });
    await trainSimulated(app, 'credit-card');
  });
  afterAll(async () => {
    await app.stop();
    await collector.stop();
  });

  const score = (url = app.url) =>
    supertest(url)
      .post('/v1/fraud-score')
      .set('X-API-Key', app.key)
      .send({ ...exampleTransaction('credit-card'), Amount: 98765.4321 });

  it('tell of a request where its client keeps the trace, and of nothing that it held', async () => {
    const trace = 'a'.repeat(32);
    const answer = await score().set('traceparent', traceparent(trace, '01')).set('X-Request-ID', 'traced').expect(200);
    const span = await waitFor(() => collector.spans().find(({ traceId }) => traceId === trace));
    expect(span).toMatchObject({
      service: 'fraud-scoring-api',
      name: 'POST /v1/fraud-score',
      kind: SERVER,
      parentSpanId: PARENT,
      status: { code: 0 },
    });
    expect(answer.headers['traceparent']).toBe(`00-${trace}-${span.spanId}-01`);
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/fraud-score',
      'http.response.status_code': 200,
      'fraud.request_id': 'traced',
      'fraud.model': 'credit-card',
      'fraud.version': 1,
    });
    expect(collector.text()).not.toContain('98765');
    expect(collector.text()).not.toContain(app.key);
  });

  it('go with the headers that are set, which are not logged', () => {
    expect(collector.sentKeys()).toEqual(['hush hush']);
    expect(app.log()).not.toContain('hush');
  });

  it('tell what failed by our fault', async () => {
    const [ours, theirs] = ['b'.repeat(32), 'c'.repeat(32)];
    await app
      .request()
      .post('/v1/models/payments/score')
      .set('traceparent', traceparent(ours, '01'))
      .send({})
      .expect(503);
    await app.request().post('/v1/fraud-score').set('traceparent', traceparent(theirs, '01')).send({}).expect(422);
    const status = (trace: string) => waitFor(() => collector.spans().find(({ traceId }) => traceId === trace)?.status);
    expect(await status(ours)).toEqual({ code: ERROR });
    expect(await status(theirs)).toEqual({ code: 0 });
  });

  it('tell nothing where the client does not keep the trace, and begin one where there is none', async () => {
    const trace = 'd'.repeat(32);
    const unkept = await score().set('traceparent', traceparent(trace, '00')).expect(200);
    expect(unkept.headers['traceparent']).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    const begun = String((await score().expect(200)).headers['traceparent']);
    expect(begun).toMatch(/-01$/);
    await waitFor(() => collector.spans().some(({ traceId }) => begun.includes(traceId)));
    expect(collector.spans().filter(({ traceId }) => traceId === trace)).toEqual([]);
  });

  it('tell of trainings', async () => {
    const span = await waitFor(() => collector.spans().find(({ service }) => service === 'fraud-scoring-worker'));
    expect(span).toMatchObject({ name: 'training', kind: CONSUMER, status: { code: 0 } });
    expect(span.attributes).toMatchObject({
      'fraud.model': 'credit-card',
      'fraud.training.id': 1,
      'fraud.training.outcome': 'processed',
      'fraud.training.training.seconds': expect.any(Number),
    });
  });

  it('are sent of as many new traces as asked for, and of those that clients keep', async () => {
    const second = await app.startSecondApi({ OTEL_TRACES_SAMPLER_ARG: '0' });
    expect((await score(second.url).expect(200)).headers['traceparent']).toMatch(/-00$/);
    const trace = 'e'.repeat(32);
    await score(second.url).set('traceparent', traceparent(trace, '01')).expect(200);
    // What is left is sent when a process ends.
    await second.end();
    expect(collector.spans().map(({ traceId }) => traceId)).toContain(trace);
  });

  it('that cannot be sent are told of once, and hold nobody up', async () => {
    await collector.stop();
    await score().expect(200);
    await waitFor(() => app.log().includes('spans cannot be sent'));
    await score().expect(200);
    await app.restartApi();
    expect(app.log().split('spans cannot be sent')).toHaveLength(2);
  });
});
