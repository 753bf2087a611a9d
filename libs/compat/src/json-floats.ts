/**
 * A JSON number that every client reads as a float. JavaScript writes 1.0 as `1`, which Python takes for an int.
 * @param value finite
 */
export function asFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}
