const BLOCK = 2 ** 18;

/** Numbers, of which any quantity can be added: an array would be moved each time it is full, for up to a quarter of a second. */
export class GrowingList {
  private readonly blocks: Float64Array[] = [];
  private last = new Float64Array(0);
  private used = 0;

  push(...numbers: readonly number[]): void {
    for (const number of numbers) {
      if (this.used === this.last.length) {
        this.last = new Float64Array(BLOCK);
        this.blocks.push(this.last);
        this.used = 0;
      }
      this.last[this.used++] = number;
    }
  }

  /** Their bytes, in order. */
  *bytes(): Iterable<Uint8Array> {
    for (const block of this.blocks) {
      const numbers = block === this.last ? block.subarray(0, this.used) : block;
      yield new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    }
  }
}
