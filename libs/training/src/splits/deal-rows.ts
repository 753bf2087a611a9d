import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { seededRandom, shuffle } from '../seeded-random.js';

/** What goes to one part as a whole: a row, or all rows of an entity. */
interface Units {
  /** The unit of each row, in the order of the rows. */
  readonly ofRow: Uint32Array;
  /** Rows per unit. */
  readonly sizes: Uint32Array;
  /** 1: the unit has a fraud. */
  readonly frauds: Uint8Array;
}

/** Rows by themselves are shuffled among so many of the file's neighbours. */
const BLOCK = 100;

/** Makes another seed of a seed. */
const OTHER_KIND = 0x9e3779b9;

/**
 * Deals rows out to as many parts as there are shares, at random, with the same mix of frauds everywhere: units with a
 * fraud and those without are dealt out separately, each to the part that lacks most rows. Entities come the largest
 * first. Rows by themselves come in the order of the file, shuffled a hundred at a time: when rows are added at its end,
 * those before stay in their part, and a champion still has not learned from the holdout; a part's share of a class is
 * off by one row at the most. Each part gets a unit of either kind if there are enough; the largest shares come first
 * if not.
 *
 * @param entities A code per row of the data set, whose rows stay together; null: every row by itself.
 * @param rows Row numbers, ascending; so are the parts. @param shares They sum to 1. @param seed A whole number.
 */
export function dealRows(
  labels: Uint8Array,
  entities: Int32Array | null,
  rows: Uint32Array,
  shares: readonly number[],
  seed: number,
): Uint32Array[] {
  const units = entities === null ? singleRows(labels, rows) : wholeEntities(labels, entities, rows);
  const partOf = new Uint8Array(units.sizes.length);
  // Draws of their own for each kind: more of one must not change the other's.
  for (const kind of [0, 1]) dealKind(units, kind, shares, seededRandom(seed + kind * OTHER_KIND), partOf);
  return collect(rows, units.ofRow, partOf, shares.length);
}

function collect(rows: Uint32Array, unitOf: Uint32Array, partOf: Uint8Array, count: number): Uint32Array[] {
  const partAt = Uint8Array.from(unitOf, (unit) => partOf[unit] ?? 0);
  return Array.from({ length: count }, (_, part) => rows.filter((_row, index) => partAt[index] === part));
}

function singleRows(labels: Uint8Array, rows: Uint32Array): Units {
  const frauds = Uint8Array.from(rows, (row) => labels[row] ?? 0);
  return { ofRow: Uint32Array.from(rows.keys()), sizes: new Uint32Array(rows.length).fill(1), frauds };
}

function wholeEntities(labels: Uint8Array, entities: Int32Array, rows: Uint32Array): Units {
  const numbers = new Map<number, number>();
  const ofRow = new Uint32Array(rows.length);
  const sizes = new Uint32Array(rows.length);
  const frauds = new Uint8Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    const entity = entities[row] ?? 0;
    const unit = numbers.get(entity) ?? numbers.size;
    numbers.set(entity, unit);
    ofRow[index] = unit;
    sizes[unit] = (sizes[unit] ?? 0) + 1;
    if (labels[row] === 1) frauds[unit] = 1;
  }
  return { ofRow, sizes: sizes.slice(0, numbers.size), frauds: frauds.slice(0, numbers.size) };
}

function dealKind(
  { sizes, frauds }: Units,
  kind: number,
  shares: readonly number[],
  random: RandomGenerator,
  partOf: Uint8Array,
): void {
  const units = Uint32Array.from(frauds.keys()).filter((unit) => frauds[unit] === kind);
  const sizeOf = (unit: number): number => sizes[unit] ?? 0;
  const total = units.reduce((sum, unit) => sum + sizeOf(unit), 0);
  const alone = total === units.length;
  const block = alone ? BLOCK : units.length;
  for (let from = 0; from < units.length; from += block) shuffle(units.subarray(from, from + block), random);
  if (!alone) units.sort((a, b) => sizeOf(b) - sizeOf(a));
  // Rows by themselves: of those dealt out so far, so that later ones change nothing.
  const lacking = shares.map((share) => (alone ? 0 : share * total));
  const empty = new Set(shares.keys());
  for (let index = 0; index < units.length; index++) {
    if (alone) for (const [part, share] of shares.entries()) lacking[part] = (lacking[part] ?? 0) + share;
    const mustFill = units.length - index <= empty.size;
    const part = lacksMost(lacking, mustFill ? empty : null);
    const unit = units[index] ?? 0;
    partOf[unit] = part;
    lacking[part] = (lacking[part] ?? 0) - sizeOf(unit);
    empty.delete(part);
  }
}

/** The part that lacks most rows, of those in `among` if given; the first of equals. */
function lacksMost(lacking: readonly number[], among: ReadonlySet<number> | null): number {
  let most = -1;
  for (let part = 0; part < lacking.length; part++) {
    if (among !== null && !among.has(part)) continue;
    if (most < 0 || (lacking[part] ?? 0) > (lacking[most] ?? 0)) most = part;
  }
  return most;
}
