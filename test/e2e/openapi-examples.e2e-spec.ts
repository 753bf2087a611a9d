import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { trainFirstModels } from '../../apps/standalone/first-models.js';
import { startApp, type TestApp } from '../support/app.js';
import { nameOf, OpenApi, type Operation } from '../support/openapi.js';
import { exampleRequests, sendExample } from '../support/openapi-requests.js';
import { untilServing } from '../support/training.js';

/** On what a first `npm start` leaves behind. */
describe('every example of the OpenAPI document', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const lines: string[] = [];
    await trainFirstModels(
      new ApiClient(app.url, app.key, new AbortController().signal),
      (line) => lines.push(line),
      new AbortController().signal,
    );
    expect(lines.filter((line) => line.includes('version 1 ready'))).toHaveLength(3);
    for (const model of ['credit-card', 'payments', 'credit-account']) await untilServing(app, model, 1);
    // What the examples train would take over at some moment.
    await app.killWorker('SIGTERM');
  }, 120_000);
  afterAll(() => app.stop());

  it('gets the status it promises, from top to bottom', async () => {
    const openApi = await OpenApi.of(app.url);
    const failures: string[] = [];
    let sent = 0;
    for (const operation of openApi.operations()) {
      for (const request of exampleRequests(operation)) {
        const answer = await sendExample(app.url, request, app.key);
        sent++;
        const wrong =
          String(answer.status) === promised(operation)
            ? openApi.deviations(operation, answer, true)
            : [`answered ${answer.status}: ${answer.text.slice(0, 200)}`];
        failures.push(...wrong.map((each) => `${nameOf(operation)} ${request.name}: ${each}`));
      }
    }
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(openApi.operations().length);
  });

  it('stands on the docs page as in the document: both are public, and tell nothing of what is stored', async () => {
    const { body } = await app.request().get('/v1/decisions').expect(200);
    const ids = (body as { decisions: { decision_id: string }[] }).decisions.map((decision) => decision.decision_id);
    expect(ids.length).toBeGreaterThan(0);
    const page = await OpenApi.ofPage(app.url);
    expect(page.document).toEqual((await OpenApi.of(app.url)).document);
    expect(ids.filter((id) => JSON.stringify(page.document).includes(id))).toEqual([]);
  });
});

/** What examples get other than success: there was no champion before the first, and no decision is shown to all. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'post /v1/models/{model}/rollback': '409',
  'get /v1/decisions/{id}': '404',
};

function promised(operation: Operation): string | undefined {
  return OTHERWISE[nameOf(operation)] ?? Object.keys(operation.responses).find((status) => status.startsWith('2'));
}
