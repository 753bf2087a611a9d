/** Far enough out for any quantile asked for here. */
const FAR = 1e9;

/** Φ(x): the share of a standard normal distribution below x. By Zelen and Severo's 26.2.17, to 7.5e-8. */
export function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

/** The x with Φ(x) = share; ±Infinity for 0 and 1. */
export function normalQuantile(share: number): number {
  if (share <= 0) return -Infinity;
  if (share >= 1) return Infinity;
  return invert(normalBelow, share, 40);
}

/** The share of Student's t distribution below x; whole degrees of freedom. Abramowitz and Stegun 26.7.3 and 26.7.4. */
export function tBelow(x: number, degrees: number): number {
  const angle = Math.atan(x / Math.sqrt(degrees));
  const square = Math.cos(angle) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = odd && degrees === 1 ? 0 : term;
  for (let step = odd ? 3 : 2; step <= degrees - 2; step += 2) {
    term *= (square * (step - 1)) / step;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return (1 + within) / 2;
}

/** @param share between 0 and 1. From 1000 degrees of freedom on the normal quantile. */
export function tQuantile(share: number, degrees: number): number {
  return degrees < 1_000 ? invert((x) => tBelow(x, degrees), share, FAR) : normalQuantile(share);
}

/** Where a rising function reaches a value, by halving. */
function invert(rising: (x: number) => number, value: number, reach: number): number {
  let [low, high] = [-reach, reach];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
