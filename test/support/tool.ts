import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SET_UP = fileURLToPath(new URL('../../apps/standalone/tool.mjs', import.meta.url));

/** What has to be fetched is some 160 MB. */
export const FETCH_TIMEOUT = 900_000;

/**
 * The path of a tool that this suite needs, fetched first where this machine has none.
 * @throws Error with the line on what to install
 */
export function pathOf(
  tool: 'chromium' | 'jupyter' | 'nginx' | 'postgresql' | 'prometheus' | 'promtool',
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [SET_UP, tool], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout.trim());
    });
  });
}
