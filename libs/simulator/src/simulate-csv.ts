import { creditAccount } from './credit-account.js';
import { creditCard } from './credit-card.js';
import { payments } from './payments.js';
import { Random } from './random.js';
import { type Simulation } from './simulation.js';

const SIMULATIONS = {
  'credit-card': creditCard,
  payments,
  'credit-account': creditAccount,
} as const satisfies Record<string, Simulation>;

/** A model that data can be simulated for. */
export type SimulatedModel = keyof typeof SIMULATIONS;

export const SIMULATED_MODELS: readonly SimulatedModel[] = ['credit-card', 'payments', 'credit-account'];

export interface SimulationOptions {
  /** Rows without the header. */
  readonly rows: number;
  /** A whole number; its lower 32 bits count. */
  readonly seed: number;
  /** Share of frauds, between 0 and 1; rounded to whole rows, at least one of each class where there are two rows. */
  readonly fraudShare?: number;
}

/** About one write of a file stream. */
const CHUNK_LENGTH = 65_536;

/** Whether there is a simulation for the model of that name. */
export function isSimulatedModel(name: string): name is SimulatedModel {
  return Object.hasOwn(SIMULATIONS, name);
}

/**
 * Labelled transactions as the text of a CSV file, in pieces: header first, label last, in order of time where the
 * model has a time column. The same options give the same bytes.
 *
 * The data is invented: it carries a signal that can be learnt, but not perfectly, and no real data set's rows. It is
 * good for trying the service out and for tests; a version trained on it must be marked as simulated and decides
 * nothing about real transactions.
 *
 * @throws RangeError at once for rows, a seed or a share that is out of range.
 */
export function simulateCsv(model: SimulatedModel, { rows, seed, fraudShare }: SimulationOptions): Iterable<string> {
  const simulation = SIMULATIONS[model];
  const share = fraudShare ?? simulation.fraudShare;
  if (!Number.isSafeInteger(rows) || rows < 1) throw new RangeError(`rows must be a whole number from 1, got ${rows}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, got ${seed}`);
  if (!(share > 0 && share < 1)) throw new RangeError(`fraudShare must lie between 0 and 1, got ${share}`);
  const frauds = Math.min(Math.max(Math.round(rows * share), 1), Math.max(rows - 1, 0));
  // An object and not a generator, so that it can be read twice.
  return { [Symbol.iterator]: () => chunks(simulation, rows, frauds, seed) };
}

/** A legitimate transaction that the model accepts, always the same: for documentation and a first request. */
export function exampleTransaction(model: SimulatedModel): Record<string, unknown> {
  return { ...SIMULATIONS[model].example };
}

function* chunks(simulation: Simulation, rows: number, frauds: number, seed: number): Generator<string> {
  let chunk = `${simulation.columns.join(',')}\n`;
  for (const line of simulation.lines(rows, frauds, new Random(seed))) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
