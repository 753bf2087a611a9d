import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { byteSize } from './byte-size.js';
import { DatasetError } from './dataset-error.js';
import { codeOf } from './error-code.js';
import { isGzip, isZstd } from './file-kind.js';
import { type UnpackOutcome } from './unzstd.js';
import { unpackZstd } from './zstd-thread.js';

/** What a killed worker leaves behind is known by it. */
export const UNPACKING_PREFIX = '.unpacking-';

const CHUNK_BYTES = 1_048_576;

/**
 * No table shrinks so much: CSV files of transactions reach 2 to 10 by gzip or zstd, JSON lines of zeros about 100. What
 * does is made to fill a disk. Small files may: a few thousand equal rows.
 */
const MAX_RATIO = 250;
const RATIO_COUNTS_FROM = 256 * 1024 ** 2;

interface Unpacking {
  /** What the file may unpack to. */
  readonly maxBytes: number;
  /** How many times its own size it may unpack to, once that is more than `ratioCountsFrom` bytes. */
  readonly maxRatio?: number;
  readonly ratioCountsFrom?: number;
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
 * Calls `use` with the path of the plain file: the file itself, or, when its first bytes say gzip or zstd, an unpacked
 * copy in `tempDirectory` that is deleted afterwards. DuckDB could read both itself, but it takes a file that was cut
 * short for a whole one and checks no checksum of gzip.
 * @throws DatasetError `not_csv` when the file is damaged, `too_large` when it unpacks to more than it may; the
 * signal's reason
 */
export async function withPlainFile<T>(
  path: string,
  options: Unpacking & { readonly tempDirectory: string },
  use: (plainPath: string) => Promise<T>,
): Promise<T> {
  const head = await readHead(path, 4);
  const packing = isGzip(head) ? 'gzip' : isZstd(head) ? 'zstd' : null;
  if (packing === null) return use(path);
  const directory = await mkdtemp(join(options.tempDirectory, UNPACKING_PREFIX));
  try {
    const plain = join(directory, 'plain');
    const limit = limitOf((await stat(path)).size, options);
    const outcome = await (packing === 'gzip'
      ? unpackGzip(path, plain, limit.bytes, options.signal)
      : unpackZstd({ path, plain, maxBytes: limit.bytes }, options.signal));
    if (outcome === 'damaged') {
      throw new DatasetError(
        'not_csv',
        `The ${packing} file is damaged or was cut short. Make it anew and send it again.`,
      );
    }
    if (outcome === 'too_large') throw new DatasetError('too_large', `The ${packing} file unpacks to ${limit.words}.`);
    return await use(plain);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The most bytes that a packed file of so many bytes may reasonably hold. */
export function reasonableBytes(
  packedBytes: number,
  { maxRatio = MAX_RATIO, ratioCountsFrom = RATIO_COUNTS_FROM }: Pick<Unpacking, 'maxRatio' | 'ratioCountsFrom'> = {},
): number {
  return Math.max(ratioCountsFrom, maxRatio * packedBytes);
}

/** The most bytes that a packed file of so many bytes may give, and words for more. */
function limitOf(packedBytes: number, options: Unpacking): { bytes: number; words: string } {
  const { maxBytes, maxRatio = MAX_RATIO } = options;
  const byRatio = reasonableBytes(packedBytes, options);
  return byRatio < maxBytes
    ? { bytes: byRatio, words: `more than ${maxRatio} times its size, as no table does. Send it unpacked` }
    : { bytes: maxBytes, words: `more than ${byteSize(maxBytes)}` };
}

async function unpackGzip(path: string, plain: string, maxBytes: number, signal?: AbortSignal): Promise<UnpackOutcome> {
  let bytes = 0;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: CHUNK_BYTES }),
      createGunzip({ chunkSize: CHUNK_BYTES }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new TooLarge();
          yield chunk;
        }
      },
      createWriteStream(plain, { flags: 'wx', mode: 0o600 }),
      { ...(signal && { signal }) },
    );
  } catch (error) {
    if (error instanceof TooLarge) return 'too_large';
    if (codeOf(error).startsWith('Z_')) return 'damaged';
    signal?.throwIfAborted();
    throw error;
  }
  return 'done';
}

class TooLarge extends Error {}
