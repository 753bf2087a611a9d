const BINS = 0x10000;

/** Where a rank falls: the bin, and the rank among the values of that bin. */
interface Place {
  readonly bin: number;
  readonly rest: number;
}

/**
 * The values at the given ranks (0: the least) as a sort would place them, without a sort: the upper half of a float's
 * bits tells its bin, the lower half its place within one, so that two passes of counting find every rank. Linear in
 * the number of values, however they are spread.
 *
 * @param values none NaN, none -0
 * @param ranks ascending, each at least 0 and below the number of values
 */
export function valuesAtRanks(values: Float32Array, ranks: readonly number[]): number[] {
  const keys = orderedKeys(values);
  const places = placesOf(ranks, countUpper(keys));
  const bins = [...new Set(places.map(({ bin }) => bin))];
  const counts = countLower(keys, bins);
  return places.map(({ bin, rest }) => {
    const start = bins.indexOf(bin) * BINS;
    const [place] = placesOf([rest], counts.subarray(start, start + BINS));
    return valueOf(bin * BINS + (place?.bin ?? 0));
  });
}

/** Unsigned integers that order as the floats do: the sign bit turned over, for negative ones all others as well. */
function orderedKeys(values: Float32Array): Uint32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(bits.length);
  // Loops by index, here and below: for-of over a typed array takes several times as long.
  for (let at = 0; at < bits.length; at++) {
    const each = bits[at] ?? 0;
    keys[at] = each ^ ((each >> 31) | 0x80000000);
  }
  return keys;
}

function valueOf(key: number): number {
  const bits = key >= 0x80000000 ? key - 0x80000000 : ~key;
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? NaN;
}

function countUpper(keys: Uint32Array): Uint32Array {
  const counts = new Uint32Array(BINS);
  for (let at = 0; at < keys.length; at++) {
    const bin = (keys[at] ?? 0) >>> 16;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** Of the values in each of the given bins, how many have which lower half: {@link BINS} counts per bin. */
function countLower(keys: Uint32Array, bins: readonly number[]): Uint32Array {
  const starts = new Int32Array(BINS).fill(-1);
  for (const [index, bin] of bins.entries()) starts[bin] = index * BINS;
  const counts = new Uint32Array(bins.length * BINS);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    const start = starts[key >>> 16] ?? -1;
    if (start < 0) continue;
    const place = start + (key & 0xffff);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

function placesOf(ranks: readonly number[], counts: Uint32Array): Place[] {
  let bin = 0;
  let before = 0;
  return ranks.map((rank) => {
    for (let count = counts[bin] ?? 0; before + count <= rank; count = counts[bin] ?? 0) {
      before += count;
      bin++;
    }
    return { bin, rest: rank - before };
  });
}
