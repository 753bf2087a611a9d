import { type Random } from './random.js';

/** How one built-in model's data is simulated. */
export interface Simulation {
  /** The share of frauds when none is asked for. */
  readonly fraudShare: number;
  /** Header of the CSV file, the label last. */
  readonly columns: readonly string[];
  /** One legitimate transaction, by hand, that the model's validator accepts. */
  readonly example: Readonly<Record<string, string | number>>;
  /** The rows as CSV lines without line ends, exactly `frauds` of them fraudulent. */
  lines(rows: number, frauds: number, random: Random): Iterable<string>;
}

/** A number as plain decimal text, rounded to the given number of digits after the point. */
export function decimal(value: number, digits: 2 | 6): string {
  const scale = digits === 2 ? 1e2 : 1e6;
  return String(Math.round(value * scale) / scale);
}
