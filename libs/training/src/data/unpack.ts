import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { byteSize } from './byte-size.js';
import { DatasetError } from './dataset-error.js';
import { codeOf } from './error-code.js';
import { isGzip } from './file-kind.js';

/** What a killed worker leaves behind is known by it. */
export const UNPACKING_PREFIX = '.unpacking-';

const CHUNK_BYTES = 1_048_576;

interface Unpacking {
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** The first bytes of a file, at most `length`. */
export async function readHead(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Calls `use` with the path of the plain file: the file itself, or, when its first bytes say gzip, an unpacked copy in
 * `tempDirectory` that is deleted afterwards. DuckDB could read gzip itself, but it takes a file that was cut short for
 * a whole one and checks no checksum.
 * @throws DatasetError `not_csv` when the gzip is damaged, `too_large` when it unpacks to more than `maxBytes`
 */
export async function withPlainFile<T>(
  path: string,
  options: Unpacking & { readonly tempDirectory: string },
  use: (plainPath: string) => Promise<T>,
): Promise<T> {
  if (!isGzip(await readHead(path, 3))) return use(path);
  const directory = await mkdtemp(join(options.tempDirectory, UNPACKING_PREFIX));
  try {
    const plain = join(directory, 'plain');
    await unpack(path, plain, options);
    return await use(plain);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function unpack(path: string, plain: string, { maxBytes, signal }: Unpacking): Promise<void> {
  let bytes = 0;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: CHUNK_BYTES }),
      createGunzip({ chunkSize: CHUNK_BYTES }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maxBytes) {
            throw new DatasetError('too_large', `The gzip file unpacks to more than ${byteSize(maxBytes)}.`);
          }
          yield chunk;
        }
      },
      createWriteStream(plain, { flags: 'wx', mode: 0o600 }),
      { ...(signal && { signal }) },
    );
  } catch (error) {
    if (codeOf(error).startsWith('Z_')) {
      throw new DatasetError('not_csv', 'The gzip file is damaged or was cut short. Make it anew and send it again.', {
        cause: error,
      });
    }
    throw error;
  }
}
