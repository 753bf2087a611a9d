import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { byteSize } from './byte-size.js';
import { DatasetError } from './dataset-error.js';

/** How the name of an unfinished file begins. One that is older than any transfer may take is a crash's leavings. */
export const INCOMING_PREFIX = '.incoming-';

/** A file on the local disk: where, how long in bytes, and the SHA-256 of its bytes in hex. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface StoreOptions {
  /** Made where it is missing. */
  readonly directory: string;
  readonly maxBytes: number;
  /** Whether the file must survive a power cut, as an upload must that has been acknowledged. */
  readonly durable?: boolean;
  readonly signal?: AbortSignal;
  /** Told of every piece: bytes so far. */
  readonly onBytes?: (bytes: number) => void;
  /** Sees the first bytes (at least 512, if there are as many) and may throw. */
  readonly checkHead?: (head: Buffer) => void;
}

/** The one message for a file over the limit, whether it says so beforehand or not. */
export function tooLarge(maxBytes: number): DatasetError {
  return new DatasetError(
    'too_large',
    `The file is larger than the limit of ${byteSize(maxBytes)}. Send fewer rows or columns, or gzip it.`,
  );
}

export function noBytes(): DatasetError {
  return new DatasetError('empty', 'The file is empty: it has no bytes at all.');
}

/**
 * Writes a stream to a new file with a name of its own in `directory`, hashing on the way. On any error the stream is
 * destroyed and nothing stays on the disk.
 * @throws DatasetError `too_large`, `empty`; what `checkHead` throws; the stream's own error
 */
export async function storeStream(source: Readable, options: StoreOptions): Promise<StoredFile> {
  const { maxBytes, onBytes, checkHead } = options;
  // Until the pipeline listens, an error of the stream would have no listener and end the process.
  source.on('error', () => undefined);
  await mkdir(options.directory, { recursive: true });
  const path = join(options.directory, `${INCOMING_PREFIX}${randomUUID()}`);
  const hash = createHash('sha256');
  let bytes = 0;

  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let head: Buffer | null = Buffer.alloc(0);
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (head !== null) {
        head = Buffer.concat([head, chunk]);
        if (head.length >= 512) {
          checkHead?.(head);
          head = null;
        }
      }
      hash.update(chunk);
      onBytes?.(bytes);
      yield chunk;
    }
    if (head !== null) checkHead?.(head);
    if (bytes === 0) throw noBytes();
  }

  // Made before the stream, which would make it later than an early error removes it.
  const handle = await open(path, 'wx', 0o600);
  try {
    const file = handle.createWriteStream({ flush: options.durable ?? false });
    await pipeline(source, measured, file, options.signal ? { signal: options.signal } : {});
  } catch (error) {
    source.destroy();
    await rm(path, { force: true });
    throw error;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** Gives a stored file its lasting name, its hash; the same content sent twice is one file. Returns the new path. */
export async function storeByHash(tempPath: string, sha256: string, directory: string): Promise<string> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('A SHA-256 is 64 hexadecimal digits.');
  const path = join(directory, sha256);
  await rename(tempPath, path);
  return path;
}
