import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DatasetError } from './dataset-error.js';
import { codeOf } from './error-code.js';
import { type StoredFile, storeStream } from './stored-file.js';

/** How a request names a file that lies on the server already: `file:imports/2026/cards.parquet`. */
const SCHEME = 'file:';

/** The one folder under DATASETS_DIR whose files may be named. */
export const IMPORTS_FOLDER = 'imports';

export interface ImportOptions {
  /** DATASETS_DIR: holds the folder of imports, and takes the copy. */
  readonly directory: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Bytes so far, and in all. */
  readonly onProgress: (bytes: number, total: number) => void;
}

/** Whether a data set is named as a file on the server. */
export function isImport(dataset: string): boolean {
  return dataset.toLowerCase().startsWith(SCHEME);
}

/**
 * The parts of the path, the folder of imports first.
 * @throws DatasetError `bad_path` for a path that is absolute, leads elsewhere, or is none
 */
export function parseImport(dataset: string): string[] {
  const path = dataset.slice(SCHEME.length);
  const parts = path.split('/');
  const isName = (part: string): boolean => part !== '' && part !== '.' && part !== '..' && !/[\p{Cc}\\]/u.test(part);
  if (!isImport(dataset) || parts[0] !== IMPORTS_FOLDER || parts.length < 2 || !parts.every(isName)) {
    throw new DatasetError(
      'bad_path',
      `A file of the server is named as file:${IMPORTS_FOLDER}/ and its path in the folder "${IMPORTS_FOLDER}" of ` +
        'DATASETS_DIR, such as file:imports/2026/cards.parquet; without "..", "." and "\\".',
    );
  }
  return parts;
}

/**
 * Copies a file from the folder of imports to a file of its own in `directory`; rename it with `storeByHash`. It is opened
 * once: what was checked is what is read.
 * @throws DatasetError `bad_path`, `too_large`, `empty`; the signal's reason
 */
export async function importFile(dataset: string, options: ImportOptions): Promise<StoredFile> {
  const { directory, maxBytes, signal, onProgress } = options;
  const parts = parseImport(dataset);
  const file = await openInside(join(directory, IMPORTS_FOLDER), parts.slice(1), dataset);
  try {
    const total = (await file.stat()).size;
    return await storeStream(file.createReadStream({ autoClose: false }), {
      directory,
      maxBytes,
      durable: true,
      signal,
      onBytes: (bytes) => {
        onProgress(bytes, total);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await file.close();
  }
}

async function openInside(folder: string, parts: readonly string[], shown: string): Promise<FileHandle> {
  const path = join(folder, ...parts);
  // A pipe would let the opening wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    throw refused(shown, error);
  });
  try {
    const inside = (await realpath(folder)) + sep;
    if (!(await file.stat()).isFile() || !(await placeOf(file, path)).startsWith(inside)) throw notRegular(shown);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where an open file lies, whatever links led there and whatever has been moved since it was opened. */
async function placeOf(file: FileHandle, path: string): Promise<string> {
  if (process.platform === 'linux') return readlink(`/proc/self/fd/${file.fd}`);
  const place = await realpath(path);
  const [opened, there] = [await file.stat(), await stat(place)];
  return opened.ino === there.ino && opened.dev === there.dev ? place : '';
}

function refused(shown: string, cause: unknown): unknown {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return new DatasetError(
        'bad_path',
        `There is no ${shown} on the worker: put the file into the folder "${IMPORTS_FOLDER}" of its DATASETS_DIR.`,
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new DatasetError('bad_path', `The worker may not read ${shown}: change its permissions.`, { cause });
    case 'ELOOP':
    case 'EMLINK':
    case 'ENXIO':
      return notRegular(shown, cause);
    default:
      return cause;
  }
}

function notRegular(shown: string, cause?: unknown): DatasetError {
  return new DatasetError(
    'bad_path',
    `${shown} must be a regular file in the folder "${IMPORTS_FOLDER}", and no link. Copy the file itself there.`,
    { cause },
  );
}
