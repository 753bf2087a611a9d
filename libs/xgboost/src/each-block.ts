import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows per turn of the event loop. */
const BLOCK_ROWS = 32_768;

/** Works through `rows` in blocks, from `from` to before `to`; the event loop turns between them. */
export async function eachBlock(rows: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    if (from > 0) await nextTurn();
    work(from, Math.min(rows, from + BLOCK_ROWS));
  }
}
