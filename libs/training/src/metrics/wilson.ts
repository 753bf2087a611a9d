/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Where the true share lies with 95 % confidence, after a share of `count` draws: Wilson's score interval (1927). It also
 * says something after no fraud at all.
 *
 * @param share 0–1 @param draws above 0 @returns within 0–1
 */
export function wilson(share: number, draws: number): readonly [low: number, high: number] {
  const z2 = Z ** 2 / draws;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((share * (1 - share)) / draws + z2 / (4 * draws));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
