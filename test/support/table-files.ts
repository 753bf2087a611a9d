import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The rows of a query as a file of the kind that DuckDB's COPY calls so: `FORMAT parquet`, `FORMAT json`,
 * `FORMAT csv, COMPRESSION zstd`.
 */
export async function tableFile(query: string, options: string): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'table-file-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const path = join(directory, 'file');
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`COPY (${query}) TO '${path}' (${options})`);
    connection.closeSync();
    return await readFile(path);
  } finally {
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
}

/** Any bytes as one zstd frame of raw blocks (RFC 8878), without a checksum: packs nothing, but every decoder reads it. */
export function zstdFrame(content: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(content.length));
  // Magic number; a frame of one segment with its size in eight bytes.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), size];
  for (let at = 0; at === 0 || at < content.length; at += 100_000) {
    const block = content.subarray(at, at + 100_000);
    const last = at + 100_000 >= content.length ? 1 : 0;
    const header = Buffer.alloc(4);
    header.writeUInt32LE((block.length << 3) | last);
    parts.push(header.subarray(0, 3), block);
  }
  return Buffer.concat(parts);
}
