const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const AMOUNT = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** Does not break at the end of a line. */
const SPACE = '\u00a0';

/** 284807 → `284,807`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** Three significant digits: 0.0123456 → `0.0123`, 1234.5 → `1,230`. */
export function amount(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1);
  return AMOUNT.format(value);
}

/** A share (0–1) in three significant digits, but never 100 % or 0 % of what is not: 0.0012 → `0.12 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.001) return `<${SPACE}0.001${SPACE}%`;
  if (value > 99.9 && value < 100) return `>${SPACE}99.9${SPACE}%`;
  return `${AMOUNT.format(value)}${SPACE}%`;
}

/** The same for the ticks of an axis in %: 0.0012 → `0.12`. */
export function bare(share: number): string {
  return AMOUNT.format(100 * share);
}

/** Always with three digits, so that figures below each other look alike: 0.81 → `81.0 %`. */
export function percentage(share: number): string {
  const value = 100 * share;
  return value === 0 || (value > 0.001 && value <= 99.9)
    ? `${value.toPrecision(value === 0 ? 1 : 3)}${SPACE}%`
    : percent(share);
}

/** A figure from 0 to 1 as the API's users know it: `0.842`. */
export function figure(value: number): string {
  return value.toFixed(3);
}

/** `2026-11-21 09:15 UTC`. */
export function moment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Cuts what is too long for its place. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
