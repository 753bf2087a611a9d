import { type Readable } from 'node:stream';
import { DatasetError } from './dataset-error.js';
import { codeOf } from './error-code.js';
import { type StoredFile, storeStream } from './stored-file.js';

const BROKEN_OFF = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ABORT_ERR', 'EPIPE']);

/**
 * Streams an upload to a file in `directory`; rename it with `storeByHash`. Nothing stays on the disk after an error.
 * @throws DatasetError `too_large`, `empty`, `broken_off` when the sender stops in the middle
 */
export async function receiveFile(
  stream: Readable,
  options: { directory: string; maxBytes: number },
): Promise<StoredFile> {
  try {
    return await storeStream(stream, { ...options, durable: true });
  } catch (error) {
    if (BROKEN_OFF.has(codeOf(error))) throw brokenOff(error);
    throw error;
  }
}

export function brokenOff(cause?: unknown): DatasetError {
  return new DatasetError('broken_off', 'The upload stopped before its end. Send it again.', { cause });
}
