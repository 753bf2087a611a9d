import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { launchBrowser, Watch } from '../support/browser.js';
import { FETCH_TIMEOUT } from '../support/tool.js';
import { trainSimulated } from '../support/training.js';

/** The docs page as people use it, in a real browser that reaches nothing but the application. */
describe('the docs page', () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;
  let watch: Watch;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    closing.push(() => browser.close());
    app = await startApp();
    closing.push(() => app.stop());
    await trainSimulated(app, 'credit-card', { rows: 2_000 });
  }, FETCH_TIMEOUT);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    watch = new Watch(page);
    await page.goto(`${app.url}/docs`);
    await operation('POST', '/v1/fraud-score').waitFor();
  });

  function operation(method: string, path: string): Locator {
    return page
      .locator('.opblock')
      .filter({ has: page.locator(`.opblock-summary-path[data-path="${path}"]`) })
      .filter({ has: page.locator('.opblock-summary-method', { hasText: new RegExp(`^${method}$`) }) });
  }

  async function authorise(key: string): Promise<void> {
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    const dialog = page.locator('.dialog-ux');
    await dialog.getByRole('textbox').fill(key);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }

  /** Opens an operation and sends its example. */
  async function execute(block: Locator): Promise<{ readonly status: string; readonly body: string }> {
    await block.locator('.opblock-summary-control').click();
    // The settings have it pressed already.
    const tryItOut = block.getByRole('button', { name: 'Try it out' });
    const send = block.getByRole('button', { name: 'Execute' });
    await send.or(tryItOut).waitFor();
    if (await tryItOut.isVisible()) await tryItOut.click();
    await send.click();
    const answer = block.locator('.live-responses-table tbody .response');
    await answer.waitFor();
    return {
      status: (await answer.locator('.response-col_status').innerText()).trim(),
      body: await answer.locator('.response-col_description .highlight-code code').first().innerText(),
    };
  }

  it('scores a card transaction: enter the key, open the route, execute', async () => {
    await authorise(app.key);
    const { status, body } = await execute(operation('POST', '/v1/fraud-score'));
    expect(status).toMatch(/^200\b/);
    expect(JSON.parse(body)).toEqual({ 'fraud-score': expect.any(Number), 'is-fraud': false, 'model-version': '1' });
    expect(watch.complaints).toEqual([]);
    expect([...watch.hosts]).toEqual([new URL(app.url).host]);
  });

  it('remembers the key when it is opened again', async () => {
    await authorise(app.key);
    await page.reload();
    expect((await execute(operation('GET', '/v1/models'))).status).toMatch(/^200\b/);
  });

  it('shows the refusal of a wrong key', async () => {
    await authorise('wrong');
    const { status, body } = await execute(operation('POST', '/v1/fraud-score'));
    expect(status).toMatch(/^403\b/);
    expect(JSON.parse(body)).toMatchObject({ status: 403, code: 'key_unknown' });
  });

  it('lists every operation of the document', async () => {
    const { paths } = (await app.request().get('/openapi.json').expect(200)).body as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const listed = await page.locator('.opblock-summary').evaluateAll((summaries) =>
      summaries.map((summary) => {
        const method = summary.querySelector('.opblock-summary-method')?.textContent;
        return `${method} ${summary.querySelector('.opblock-summary-path')?.getAttribute('data-path')}`;
      }),
    );
    expect(listed.sort()).toEqual(documented.sort());
    expect(watch.complaints).toEqual([]);
  });
});
