import { descendingOrder } from '../float-order.js';
import type { MeasuredRows } from './measured-rows.js';

const CARDS_PER_DAY = 100;
const DAY = 86_400;

/** One entity on one day: its highest probability, and whether it was defrauded that day. */
interface Card {
  readonly unit: number;
  probability: number;
  defrauded: boolean;
}

/** Per day, in order: its cards, highest probability first. */
export type CardDays = readonly (readonly Card[])[];

/**
 * @param units per row the unit of its entity
 * @returns null without entities or times
 */
export function cardDays(
  { labels, probabilities, entities, times }: MeasuredRows,
  units: Uint32Array,
): CardDays | null {
  if (!entities || !times) return null;
  const days = new Map<number, Map<number, Card>>();
  // From the highest probability down, a card's first row has its highest, and cards come sorted.
  const order = descendingOrder(probabilities);
  for (let position = 0; position < order.length; position++) {
    const row = order[position] ?? 0;
    const day = Math.floor((times[row] ?? 0) / DAY);
    let cards = days.get(day);
    if (!cards) days.set(day, (cards = new Map<number, Card>()));
    const unit = units[row] ?? 0;
    const card = cards.get(unit);
    if (!card) cards.set(unit, { unit, probability: probabilities[row] ?? 0, defrauded: labels[row] === 1 });
    else if (labels[row] === 1) card.defrauded = true;
  }
  return [...days].sort(([a], [b]) => a - b).map(([, cards]) => [...cards.values()]);
}

/**
 * Card precision@100 of the Fraud Detection Handbook: per day (UTC) the share of defrauded cards among the 100 with the
 * highest probability, or among all where there are fewer; the defrauded ones found are left out on later days; the mean
 * over the days. Of cards tied at the hundredth place each counts with the chance it has in a random order, so that the
 * order of the rows does not matter: found with that chance, and left with the rest of it. A card counts once however
 * its rows are weighted.
 *
 * @param counts how often each unit was drawn. Null: once.
 */
export function cardPrecision(days: CardDays, counts: Uint16Array | null, units: number): number {
  const left = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) left[unit] = counts ? (counts[unit] ?? 0) : 1;
  let sum = 0;
  let measured = 0;
  for (const cards of days) {
    const precision = ofDay(cards, left);
    if (Number.isNaN(precision)) continue;
    sum += precision;
    measured++;
  }
  return measured === 0 ? 0 : sum / measured;
}

/** @returns NaN for a day on which no card is left */
function ofDay(cards: readonly Card[], left: Float64Array): number {
  let places = CARDS_PER_DAY;
  let found = 0;
  for (let start = 0; start < cards.length && places > 0;) {
    let end = start;
    let tied = 0;
    for (let card = cards[start]; card && card.probability === cards[start]?.probability; card = cards[++end]) {
      tied += left[card.unit] ?? 0;
    }
    const chance = tied > places ? places / tied : 1;
    for (; start < end; start++) {
      const card = cards[start];
      if (!card?.defrauded) continue;
      const detected = (left[card.unit] ?? 0) * chance;
      found += detected;
      left[card.unit] = (left[card.unit] ?? 0) - detected;
    }
    places -= tied * chance;
  }
  const inspected = CARDS_PER_DAY - places;
  return inspected === 0 ? NaN : found / inspected;
}
