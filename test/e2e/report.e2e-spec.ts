import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { launchBrowser, Watch } from '../support/browser.js';
import { FETCH_TIMEOUT } from '../support/tool.js';
import { trainSimulated } from '../support/training.js';

const REPORT = '/v1/models/credit-account/versions/2/report';

interface Version {
  readonly metrics: Readonly<Record<'average_precision' | 'roc_auc' | 'f1', number>>;
  readonly importances: Readonly<Record<string, number>>;
  readonly training_id: number;
  readonly lineage: { readonly dataset: { readonly sha256: string } };
}

/** The report on a version, in a real browser that reaches nothing but the application. */
describe('the report on a version', () => {
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
    await trainSimulated(app, 'credit-account', { rows: 2_000, seed: 1 });
    await trainSimulated(
      app,
      'credit-account',
      { rows: 4_000, seed: 2 },
      { params: { rounds: 20 }, search: { trials: 3 } },
    );
    await app
      .request()
      .post('/v1/models/credit-account/policies')
      .send({ policy: { kind: 'costs', missed_fraud: 500, false_alarm: 20, review: 5 }, reason: 'what frauds cost us' })
      .expect(201);
  }, FETCH_TIMEOUT);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  beforeEach(async () => {
    page = await browser.newPage({
      extraHTTPHeaders: { 'X-API-Key': app.key },
      viewport: { width: 1_000, height: 800 },
    });
    watch = new Watch(page);
    await page.goto(app.url + REPORT);
  });

  it('is a page of its own that asks for nothing else', async () => {
    const answer = await app.request().get(REPORT).expect(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(await page.title()).toBe('credit-account, version 2: report');
    expect(await page.locator('h1').innerText()).toBe('credit-account version 2');
    expect(watch.complaints).toEqual([]);
    expect([...watch.hosts]).toEqual([new URL(app.url).host]);
  });

  it('tells what the API tells', async () => {
    const { body } = await app.request().get('/v1/models/credit-account/versions/2').expect(200);
    const { metrics, importances, training_id, lineage } = body as Version;
    for (const [title, value] of [
      ['Average precision', metrics.average_precision],
      ['ROC AUC', metrics.roc_auc],
      ['F1', metrics.f1],
    ] as const) {
      const row = page
        .locator('.figures tbody tr')
        .filter({ has: page.locator('th', { hasText: new RegExp(`^${title}`) }) });
      expect(await row.locator('td').first().innerText()).toContain(value.toFixed(3));
    }
    const head = await page.locator('header').innerText();
    expect(head).toContain(`training ${training_id}`);
    expect(head).toContain(lineage.dataset.sha256.slice(0, 12));
    expect(head).toContain('Trained on simulated data');
    const bars = page.getByRole('img', { name: 'Importances of the features' }).locator('rect.bar');
    expect(await bars.count()).toBe(Object.values(importances).filter((share) => share > 0).length);
    const { body: ledger } = await app.request().get('/v1/models/credit-account/promotions').expect(200);
    const [{ reason, evidence }] = ledger as [{ reason: string; evidence: { guards: unknown[] } }];
    expect(await page.locator('.passed, .failed').count()).toBe(evidence.guards.length + 1);
    expect(await page.getByText(reason).first().isVisible()).toBe(true);
  });

  it('marks the cut-offs that the champion decides by', async () => {
    const { body } = await app.request().get('/v1/models/credit-account/policy').expect(200);
    const { champion, cut_offs } = body as {
      champion: number;
      cut_offs: Readonly<Record<'review' | 'block', { readonly probability: number }>>;
    };
    await page.goto(`${app.url}/v1/models/credit-account/versions/${champion}/report`);
    for (const kind of ['review', 'block'] as const) {
      const label = await page.locator('#alerts-title ~ text.note', { hasText: kind }).textContent();
      const percent = Number(/from ([\d.]+)/.exec(label ?? '')?.[1]);
      expect(percent / 100 / cut_offs[kind].probability).toBeCloseTo(1, 2);
    }
  });

  it('has images that are seen and named, and numbers that open', async () => {
    const images = await page.getByRole('img').all();
    const titles = await Promise.all(images.map((image) => image.locator('title').textContent()));
    expect(titles).toEqual([
      'Reliability diagram',
      'Share of rows per group',
      'Precision against recall',
      'Share of alerts against the cut-off',
      'Cost against the cut-offs',
      'Gain over the champion',
      'Importances of the features',
      'Trials of the search',
    ]);
    for (const image of images) {
      expect((await image.boundingBox())?.width).toBeGreaterThan(300);
      expect(await image.locator('desc').textContent()).toMatch(/\.$/);
    }
    for (const figure of await page.locator('figure').all()) {
      await figure.locator('summary').click();
      expect(await figure.locator('tbody tr').first().isVisible()).toBe(true);
    }
  });

  it('fits a telephone', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  });

  it('is dark where the reader’s system is, and light on paper', async () => {
    const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(18, 22, 28)');
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
  });

  it.each([
    ['/v1/models/nobody/versions/1/report', 404, 'not_found'],
    ['/v1/models/credit-account/versions/99/report', 404, 'not_found'],
    ['/v1/models/credit-account/versions/latest/report', 422, 'invalid_parameter'],
  ])('answers %s with a problem', async (path, status, code) => {
    const answer = await app.request().get(path).expect(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body.code).toBe(code);
  });
});
