/** `npm start`: PostgreSQL and Redis where none are named, the API and the worker, and the first models. */
import { loadConfigOrExit } from '@app/config';
import { DatabaseUnreachableError } from '@app/database';
import { DataDirTakenError, EmbeddedServiceError } from '@app/embedded';
import { standalone } from './standalone.js';
import { StartError } from './start-error.js';
import { StopWish } from './stop-wish.js';

const config = loadConfigOrExit('standalone');
const stop = new StopWish();
try {
  await standalone(config, stop);
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

function explain(error: unknown): string {
  if (error instanceof DataDirTakenError) {
    const owner = error.owner === null ? '' : ` (process ${error.owner})`;
    return `Already running on ${config.dataDir}${owner}: stop it first, or set DATA_DIR to another directory.`;
  }
  if (error instanceof DatabaseUnreachableError) return error.message;
  if (error instanceof EmbeddedServiceError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
