import { type Browser, chromium, type Page } from 'playwright-core';
import { pathOf } from './tool.js';

/** Nothing but the application is within the browser's reach. */
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

/** Starts a Chromium, fetched first where this machine has none. @throws Error with the line on what to install */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await pathOf('chromium'), args: [OFFLINE] });
}

/** What a page asked for and complained of. */
export class Watch {
  readonly hosts = new Set<string>();
  readonly complaints: string[] = [];

  constructor(page: Page) {
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:') this.hosts.add(host);
    });
    page.on('requestfailed', (request) => this.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.url()}: ${response.status()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
  }
}
