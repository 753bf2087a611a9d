import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** What the model is trained on reaches about so far to both sides. */
const WIDEST = 3;
const SECONDS = 172_000;
const LARGEST_AMOUNT = 400;

/** A card transaction as it is sent. */
export type Transaction = Readonly<Record<string, number | string>>;

/** The transaction's id as the client's: nobody else sends it. */
export function idOf(number: number): string {
  return `t-${number}`;
}

/** The number in an id of {@link idOf}; NaN where it is none. */
export function numberOf(id: unknown): number {
  return typeof id === 'string' && id.startsWith('t-') ? Number(id.slice(2)) : NaN;
}

/** Thirty features that are drawn for this number alone: the same ones each time it is asked. */
export function featuresOf(number: number): Record<string, number> {
  const random = xoroshiro128plus(number);
  const features: Record<string, number> = { Time: Math.floor(uniformFloat64(random) * SECONDS) };
  for (let at = 1; at <= 28; at++) features[`V${at}`] = (2 * uniformFloat64(random) - 1) * WIDEST;
  features['Amount'] = Math.round(uniformFloat64(random) * LARGEST_AMOUNT * 100) / 100;
  return features;
}

export function transactionOf(number: number): Transaction {
  return { transaction_id: idOf(number), ...featuresOf(number) };
}
