import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Sample {
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly width: number;
  readonly labels: Uint8Array;
}

/** Six inputs of different kinds and a label that depends on all of them but the last. */
export const SAMPLE_WIDTH = 6;

/** Seeded rows to train on: a bell curve, a heavy tail, small whole numbers, 0/1, denormals, a constant. 5 % of all but the constant are missing. */
export function sample(rows: number, seed = 7): Sample {
  const generator = xoroshiro128plus(seed);
  const random = (): number => uniformFloat64(generator);
  const matrix = new Float32Array(rows * SAMPLE_WIDTH);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const bell = random() + random() + random() + random() - 2;
    const amount = Math.exp(8 * random() - 1);
    const count = Math.floor(random() * 12);
    const flag = random() < 0.3 ? 1 : 0;
    const tiny = random();
    const values = [bell, amount, count, flag, tiny * 1e-40, 42];
    matrix.set(
      values.map((value) => (value !== 42 && random() < 0.05 ? Number.NaN : value)),
      row * SAMPLE_WIDTH,
    );
    const logOdds = -4 + 2 * bell + Math.log(amount) / 2 + (count > 8 ? 2 : 0) + flag + tiny;
    labels[row] = random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  }
  return { matrix, rows, width: SAMPLE_WIDTH, labels };
}

/** Rows that a careless export gets wrong: missing, huge, denormal, signed zero, and every one of `thresholds`. */
export function hostileRows(rows: number, thresholds: readonly number[]): Float32Array {
  const generator = xoroshiro128plus(11);
  const pick = (from: readonly number[]): number =>
    from[Math.floor(uniformFloat64(generator) * from.length)] ?? Number.NaN;
  const extremes = [Number.NaN, 3e38, -3e38, 1e-40, -1e-45, 0, -0, 42, -1, 1, 7, 2 ** 24 + 2, 1e-38, 1234.5];
  const { matrix } = sample(rows, 23);
  return matrix.map((ordinary) => {
    const kind = uniformFloat64(generator);
    if (kind < 0.4) return ordinary;
    if (kind < 0.7 || thresholds.length === 0) return pick(extremes);
    return neighbour(pick(thresholds), Math.floor(uniformFloat64(generator) * 3) - 1);
  });
}

/** The float32 that is `steps` representable values away. */
function neighbour(value: number, steps: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0) + (value === 0 ? Math.max(0, steps) : steps);
  return new Float32Array(bits.buffer)[0] ?? value;
}
