import { type Random } from './random.js';
import { decimal, type Simulation } from './simulation.js';

interface Book {
  readonly accounts: number;
  readonly limit: number;
  readonly balance: number;
  readonly arrears: number;
}

/**
 * Customers of a credit book. Invented from the distributions in this file; no real customer went into it, and what a
 * version learns here says nothing about real fraud.
 *
 * Frauds are of two kinds: lines opened to be drawn to the limit and left (many accounts, high utilisation, most of
 * them in arrears), and new customers who draw the only one they have at once. Some honest customers are in trouble
 * and look alike.
 */
export const creditAccount: Simulation = {
  fraudShare: 0.05,
  columns: [
    'customer_id',
    'number_of_open_accounts',
    'total_credit_limit',
    'total_balance',
    'number_of_accounts_in_arrears',
    'is_fraud',
  ],
  example: {
    customer_id: 1_001,
    number_of_open_accounts: 4,
    total_credit_limit: 12_500,
    total_balance: 2_140.5,
    number_of_accounts_in_arrears: 0,
  },
  *lines(rows, frauds, random) {
    let customer = 1_000;
    for (const fraud of random.marks(rows, frauds)) {
      customer++;
      const { accounts, limit, balance, arrears } = fraud ? fraudulent(random) : honest(random);
      yield `${customer},${accounts},${decimal(limit, 2)},${decimal(balance, 2)},${arrears},${fraud ? 1 : 0}`;
    }
  },
};

function honest(random: Random): Book {
  const accounts = 1 + random.binomial(12, 0.25);
  const inTrouble = random.chance(0.04);
  const utilisation = inTrouble ? random.logNormal(0.85, 0.2) : random.uniform() ** 1.6;
  return book(accounts, 2_800, utilisation, inTrouble ? 0.3 : 0.03, random);
}

function fraudulent(random: Random): Book {
  if (random.chance(0.35)) return book(random.integer(1, 2), 6_500, random.logNormal(0.95, 0.1), 0.25, random);
  const accounts = 3 + random.binomial(14, 0.35);
  return book(accounts, 3_600, random.logNormal(0.92, 0.18), 0.45, random);
}

/** @param medianLimit Of one account. @param utilisation Share of the limit that is owed; above 1 it is overdrawn. */
function book(accounts: number, medianLimit: number, utilisation: number, arrearsChance: number, random: Random): Book {
  const limit = Math.round((accounts * random.logNormal(medianLimit, 0.6)) / 100) * 100;
  return { accounts, limit, balance: limit * utilisation, arrears: random.binomial(accounts, arrearsChance) };
}
