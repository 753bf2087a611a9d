import { type Random } from './random.js';
import { decimal, type Simulation } from './simulation.js';

interface PaymentType {
  readonly name: string;
  readonly weight: number;
  readonly medianAmount: number;
  readonly spread: number;
}

/** Shares and sizes of the order that a mobile-money service sees. */
const TYPES: readonly [PaymentType, ...PaymentType[]] = [
  { name: 'CASH_OUT', weight: 0.35, medianAmount: 140_000, spread: 0.9 },
  { name: 'PAYMENT', weight: 0.34, medianAmount: 9_500, spread: 1 },
  { name: 'CASH_IN', weight: 0.22, medianAmount: 140_000, spread: 0.9 },
  { name: 'TRANSFER', weight: 0.08, medianAmount: 420_000, spread: 1.1 },
  { name: 'DEBIT', weight: 0.01, medianAmount: 3_000, spread: 1 },
];

/** A stolen balance is moved away, then cashed: the same sum, so that both are one distribution. */
const FRAUD_TYPES: readonly [PaymentType, ...PaymentType[]] = [
  { name: 'TRANSFER', weight: 0.5, medianAmount: 600_000, spread: 1.5 },
  { name: 'CASH_OUT', weight: 0.5, medianAmount: 600_000, spread: 1.5 },
];

/**
 * Mobile-money transactions. Invented from the distributions in this file; no row of any other data set went into it,
 * and what a version learns here says nothing about real fraud.
 *
 * Frauds are transfers and cash withdrawals, larger and more widely spread than others. A fraudulent transfer mostly
 * leaves no trace in the receiver's balance (it is gone at once), a legitimate one seldom does; a fraudulent
 * withdrawal differs from others by its size alone, so some can never be told apart.
 */
export const payments: Simulation = {
  fraudShare: 0.03,
  columns: ['day_of_month', 'type', 'amount_log', 'amount_dest', 'is_fraud'],
  example: { day_of_month: 12, type: 'PAYMENT', amount_log: 8.987322, amount_dest: 0 },
  *lines(rows, frauds, random) {
    for (const fraud of random.marks(rows, frauds)) {
      const type = random.pick(fraud ? FRAUD_TYPES : TYPES);
      // A service allows no single transaction above ten million.
      const amount = Math.min(Math.max(random.logNormal(type.medianAmount, type.spread), 1), 1e7);
      const change = changeOfReceiver(type.name, amount, fraud, random);
      const day = random.integer(1, 31);
      yield `${day},${type.name},${decimal(Math.log1p(amount), 6)},${decimal(Math.log1p(change), 6)},${fraud ? 1 : 0}`;
    }
  },
};

/** By how much the receiver's balance changes, without its sign; often by more, as accounts receive from many. */
function changeOfReceiver(type: string, amount: number, fraud: boolean, random: Random): number {
  switch (type) {
    case 'PAYMENT':
      // Merchants' balances are not kept.
      return 0;
    case 'TRANSFER':
      if (random.chance(fraud ? 0.85 : 0.02)) return 0;
      return random.chance(0.4) ? amount + random.logNormal(200_000, 1) : amount;
    case 'CASH_IN':
      return random.chance(0.15) ? 0 : amount;
    default:
      if (random.chance(0.05)) return 0;
      return !fraud && random.chance(0.5) ? amount + random.logNormal(100_000, 1) : amount;
  }
}
