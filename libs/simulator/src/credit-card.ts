import { type Random } from './random.js';
import { decimal, type Simulation } from './simulation.js';

const COMPONENTS = 28;
const DAYS = 2;
const DAY_SECONDS = 86_400;

/** Spread of V1…V28: falling, as that of principal components does. */
const SPREADS = Array.from({ length: COMPONENTS }, (_, index) => 1.9 * 0.94 ** index);

/** One way to commit fraud: where it moves the components (in units of their spread), how much is taken, and when. */
interface FraudKind {
  readonly weight: number;
  /** Component number → shift at strength 1. */
  readonly shifts: ReadonlyMap<number, number>;
  /** Components that rise and fall together here, and independently otherwise: no single one of them gives it away. */
  readonly coupled: readonly number[];
  readonly medianAmount: number;
  readonly nightShare: number;
}

const FRAUD_KINDS: readonly [FraudKind, ...FraudKind[]] = [
  {
    // A stolen number, used in shops.
    weight: 0.45,
    shifts: new Map([
      [3, -1.5],
      [4, 1.6],
      [10, -1.7],
      [12, -2.0],
      [14, -2.4],
      [17, -1.8],
    ]),
    coupled: [],
    medianAmount: 75,
    nightShare: 0.4,
  },
  {
    // Small sums, by night, to see whether a number works.
    weight: 0.25,
    shifts: new Map([
      [7, -1.3],
      [8, 1.6],
      [11, 2.0],
      [16, -1.7],
      [19, 1.2],
    ]),
    coupled: [],
    medianAmount: 1.5,
    nightShare: 0.7,
  },
  {
    // An account taken over: large sums, and components that agree where they usually do not.
    weight: 0.2,
    shifts: new Map([
      [2, 1.0],
      [14, -0.8],
    ]),
    coupled: [5, 6, 9, 18],
    medianAmount: 600,
    nightShare: 0.25,
  },
  {
    // One that looks like any other payment.
    weight: 0.1,
    shifts: new Map([
      [4, 0.5],
      [14, -0.6],
    ]),
    coupled: [],
    medianAmount: 40,
    nightShare: 0.2,
  },
];

/** Legitimate payments that resemble fraud: a journey, an unusual purchase. */
const LOOKALIKE_SHARE = 0.006;

/**
 * Card payments of two days in order of time. Invented from the distributions in this file; no row of any real data
 * set went into it, and what a version learns here says nothing about real fraud.
 *
 * Legitimate: V1…V28 independent, heavy-tailed and centred on 0, log-normal amounts, few payments by night. Frauds:
 * four kinds that shift some components by a strength that varies from fraud to fraud, or couple four of them; one in
 * ten hardly differs. A few legitimate payments look like fraud.
 */
export const creditCard: Simulation = {
  fraudShare: 0.02,
  columns: ['Time', ...SPREADS.map((_, index) => `V${index + 1}`), 'Amount', 'Class'],
  example: {
    Time: 43_200,
    ...Object.fromEntries(
      SPREADS.map((spread, index) => [`V${index + 1}`, Number(decimal(0.4 * spread * Math.cos(index), 6))]),
    ),
    Amount: 24.9,
  },
  *lines(rows, frauds, random) {
    const values = new Float64Array(COMPONENTS);
    for (const { time, kind } of schedule(rows, frauds, random)) {
      fillComponents(values, kind, random);
      let line = String(time);
      for (const value of values) line += `,${decimal(value, 6)}`;
      const amount = Math.max(random.logNormal(kind?.medianAmount ?? 22, kind === undefined ? 1.4 : 1), 0.01);
      yield `${line},${decimal(amount, 2)},${kind === undefined ? 0 : 1}`;
    }
  },
};

/** When each payment happens, earliest first, and as which kind of fraud, if any. */
function* schedule(
  rows: number,
  frauds: number,
  random: Random,
): Generator<{ time: number; kind: FraudKind | undefined }> {
  const legitimate = Float64Array.from({ length: rows - frauds }, () => timeOfPayment(0.06, random)).sort();
  const fraudulent = Array.from({ length: frauds }, () => {
    const kind = random.pick(FRAUD_KINDS);
    return { time: timeOfPayment(kind.nightShare, random), kind };
  }).sort((a, b) => a.time - b.time);
  let next = 0;
  for (const time of legitimate) {
    for (let fraud = fraudulent[next]; fraud !== undefined && fraud.time < time; fraud = fraudulent[++next])
      yield fraud;
    yield { time, kind: undefined };
  }
  yield* fraudulent.slice(next);
}

/** Whole seconds from the first midnight; the night lasts from 0 to 7 o'clock, the day peaks in the afternoon. */
function timeOfPayment(nightShare: number, random: Random): number {
  const day = random.integer(0, DAYS - 1);
  const hour = random.chance(nightShare) ? 7 * random.uniform() : 7 + (17 * (random.uniform() + random.uniform())) / 2;
  return day * DAY_SECONDS + Math.floor(hour * 3_600);
}

function fillComponents(values: Float64Array, kind: FraudKind | undefined, random: Random): void {
  for (let index = 0; index < COMPONENTS; index++) values[index] = random.heavyTailed();
  if (kind !== undefined) distort(values, kind, random.logNormal(1.75, 0.35), random);
  else if (random.chance(LOOKALIKE_SHARE))
    distort(values, random.pick(FRAUD_KINDS), random.logNormal(0.8, 0.3), random);
  for (const [index, spread] of SPREADS.entries()) values[index] = (values[index] ?? 0) * spread;
}

function distort(values: Float64Array, { shifts, coupled }: FraudKind, strength: number, random: Random): void {
  for (const [component, shift] of shifts) {
    values[component - 1] = (values[component - 1] ?? 0) + shift * strength;
  }
  const side = random.chance(0.5) ? 1 : -1;
  for (const component of coupled) values[component - 1] = side * (Math.abs(values[component - 1] ?? 0) + strength);
}
