/**
 * Sums figures per model input (importances, contributions) into one per feature, features in order of the inputs.
 *
 * @param perInput One figure per input; further ones (a bias term at the end) are left out.
 * @throws RangeError when there are fewer figures than inputs.
 */
export function aggregateByFeature(
  inputs: readonly { readonly feature: string }[],
  perInput: ArrayLike<number>,
): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [index, { feature }] of inputs.entries()) {
    const figure = perInput[index];
    if (figure === undefined) throw new RangeError(`${inputs.length} inputs, but only ${perInput.length} figures`);
    sums.set(feature, (sums.get(feature) ?? 0) + figure);
  }
  return Object.fromEntries(sums);
}
