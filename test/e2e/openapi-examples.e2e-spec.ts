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

  it('gets the success it promises, on the docs page, from top to bottom', async () => {
    const operations = (await OpenApi.of(app.url)).operations();
    const failures: string[] = [];
    let sent = 0;
    for (const { method, path } of operations) {
      // Loaded anew, as by someone who wants to see the decision that was just made.
      const page = await OpenApi.ofPage(app.url);
      const operation = page.operation(nameOf({ method, path }));
      for (const request of exampleRequests(operation)) {
        const answer = await sendExample(app.url, request, app.key);
        sent++;
        const wrong =
          String(answer.status) === promised(operation)
            ? page.deviations(operation, answer, true)
            : [`answered ${answer.status}: ${answer.text.slice(0, 200)}`];
        failures.push(...wrong.map((each) => `${nameOf(operation)} ${request.name}: ${each}`));
      }
    }
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(operations.length);
  });

  it('stands in the document too, but for what depends on the moment', async () => {
    const withoutParameters = ({ document }: OpenApi): unknown =>
      JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'parameters' ? undefined : value)));
    expect(withoutParameters(await OpenApi.ofPage(app.url))).toEqual(withoutParameters(await OpenApi.of(app.url)));
  });
});

/** What the examples get on the first day although all is well: there was no champion before the first. */
const FIRST_DAY: Readonly<Record<string, string>> = { 'post /v1/models/{model}/rollback': '409' };

function promised(operation: Operation): string | undefined {
  return FIRST_DAY[nameOf(operation)] ?? Object.keys(operation.responses).find((status) => status.startsWith('2'));
}
