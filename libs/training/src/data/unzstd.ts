import type * as FileSystem from 'node:fs';

/** What `unzstd` is told, and what it says of it. */
export interface UnzstdJob {
  /** Address of the decoder's module. */
  readonly decoder: string;
  readonly path: string;
  /** The file to write; it must not exist. */
  readonly plain: string;
  readonly maxBytes: number;
}

export type UnpackOutcome = 'done' | 'too_large' | 'damaged';

/** What this needs of the decoder's module. */
interface DecoderModule {
  ZSTDDecoder: new () => {
    init: () => Promise<void>;
    decodeStreaming: (pieces: Iterable<Uint8Array>) => Iterable<Uint8Array>;
  };
}

/**
 * Unpacks a zstd file, one frame or many. Runs in a thread from its own text, so it uses nothing from around it.
 * @throws what the file system says
 */
export async function unzstd(fs: typeof FileSystem, job: UnzstdJob): Promise<UnpackOutcome> {
  const { ZSTDDecoder } = (await import(job.decoder)) as DecoderModule;
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const from = fs.openSync(job.path, 'r');
  const to = fs.openSync(job.plain, 'wx', 0o600);
  const pieceBytes = 131_072;
  function* pieces(): Generator<Uint8Array> {
    const piece = new Uint8Array(pieceBytes);
    for (let length = fs.readSync(from, piece); length > 0; length = fs.readSync(from, piece)) {
      yield piece.subarray(0, length);
    }
  }
  let bytes = 0;
  let emptyOnes = 0;
  const unpacked = decoder.decodeStreaming(pieces())[Symbol.iterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = unpacked.next();
    } catch (error) {
      // The file system's errors have a code; the decoder's has none, and means that the last frame does not end.
      if (error instanceof Error && 'code' in error) throw error;
      return 'damaged';
    }
    if (next.done === true) return 'done';
    // At damage the decoder neither throws nor goes on: more empty results than the piece has bytes tell.
    emptyOnes = next.value.length === 0 ? emptyOnes + 1 : 0;
    if (emptyOnes > pieceBytes) return 'damaged';
    bytes += next.value.length;
    if (bytes > job.maxBytes) return 'too_large';
    for (let written = 0; written < next.value.length;) written += fs.writeSync(to, next.value, written);
  }
}
