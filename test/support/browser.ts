import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const SET_UP = fileURLToPath(new URL('../../apps/standalone/chromium.mjs', import.meta.url));
/** Nothing but the application is within the browser's reach. */
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

/** Starts a Chromium, fetched first where this machine has none. @throws Error with the line on what to install */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: [OFFLINE] });
}

function chromiumPath(): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [SET_UP], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout.trim());
    });
  });
}
