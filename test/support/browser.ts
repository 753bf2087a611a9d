import { type Browser, chromium } from 'playwright-core';
import { pathOf } from './tool.js';

/** Nothing but the application is within the browser's reach. */
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

/** Starts a Chromium, fetched first where this machine has none. @throws Error with the line on what to install */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await pathOf('chromium'), args: [OFFLINE] });
}
