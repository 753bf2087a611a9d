import {
  type Encoding,
  type Feature,
  type FeatureTable,
  type ModelDefinition,
  type TableColumn,
} from './definition.js';
import { compileReader } from './field-reader.js';
import { type Transaction } from './validator.js';

/** What stands for the value of the input that all values without one of their own share. */
const UNKNOWN_VALUE = '(unknown)';
/** What stands for the value of the input that says a nullable category is absent. */
const MISSING_VALUE = '(missing)';

/** One input of the trained model. */
export interface ModelInput {
  readonly feature: string;
  /** The category this input stands for; null for numbers and booleans. */
  readonly value: string | null;
}

/** Turns transactions, or rows of a data set, into the numbers a model takes. The two agree bit for bit. */
export interface Vectoriser {
  /** How many float32 one transaction becomes. */
  readonly width: number;
  readonly inputs: readonly ModelInput[];
  /** `amount`, `type=CASH_OUT`, `type=(unknown)`: for people to read; the position is the key. */
  readonly inputNames: readonly string[];
  /** Writes one validated transaction to `target[offset … offset + width - 1]`; absent numbers and booleans as NaN. */
  write(transaction: Transaction, target: Float32Array, offset: number): void;
  /**
   * The given rows, row after row: `rows.length × width`.
   * @throws Error when the table lacks a feature's column, or has it with another type.
   */
  matrix(table: FeatureTable, rows: Uint32Array): Float32Array;
}

/** Rows per pass over the columns: such a piece of the matrix stays in the processor's cache while they fill it. */
const BLOCK_ROWS = 512;

/** Where a feature's inputs start, and for a category which of them a value has. */
interface Slot {
  readonly name: string;
  readonly type: Feature['type'];
  readonly start: number;
  /** Of an absent category: its own input where it may be absent, else the unknown one. */
  readonly missing: number;
  readonly byValue: ReadonlyMap<string, number>;
}

/**
 * Lays out the inputs of a model: one per number or boolean (0/1), for a category
 * `[unknown, missing if nullable, value 1 … value k]` of which exactly one is 1.
 *
 * @throws Error when the encoding lacks a category feature of the definition.
 */
export function compileVectoriser(definition: ModelDefinition, encoding: Encoding): Vectoriser {
  const inputs: ModelInput[] = [];
  const slots = definition.features.map((feature) => layOut(feature, encoding, inputs));
  const hasCategories = slots.some(({ type }) => type === 'category');
  const width = inputs.length;
  const read = compileReader(slots.map(({ name }) => name));

  return {
    width,
    inputs,
    inputNames: inputs.map(({ feature, value }) => (value === null ? feature : `${feature}=${value}`)),
    write: (transaction, target, offset) => {
      if (hasCategories) target.fill(0, offset, offset + width);
      const values = read(transaction);
      let at = 0;
      for (const slot of slots) {
        const value = values[at++];
        if (slot.type === 'category') target[offset + categoryInput(slot, value)] = 1;
        else target[offset + slot.start] = toNumber(value);
      }
    },
    matrix: (table, rows) => {
      const matrix = new Float32Array(rows.length * width);
      const fills = slots.map((slot) => columnFill(slot, table, rows, matrix, width));
      for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
        const to = Math.min(from + BLOCK_ROWS, rows.length);
        for (const fill of fills) fill(from, to);
      }
      return matrix;
    },
  };
}

/** Appends a feature's inputs and says where they are. */
function layOut({ name, type, nullable }: Feature, encoding: Encoding, inputs: ModelInput[]): Slot {
  const start = inputs.length;
  const byValue = new Map<string, number>();
  if (type !== 'category') {
    inputs.push({ feature: name, value: null });
    return { name, type, start, missing: start, byValue };
  }
  if (!Object.hasOwn(encoding.categories, name)) throw new Error(`The encoding lacks the category feature '${name}'`);
  inputs.push({ feature: name, value: UNKNOWN_VALUE });
  if (nullable) inputs.push({ feature: name, value: MISSING_VALUE });
  for (const value of encoding.categories[name] ?? []) {
    byValue.set(value, inputs.length);
    inputs.push({ feature: name, value });
  }
  return { name, type, start, missing: nullable ? start + 1 : start, byValue };
}

function categoryInput(slot: Slot, value: unknown): number {
  return typeof value === 'string' ? (slot.byValue.get(value) ?? slot.start) : slot.missing;
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === true) return 1;
  return value === false ? 0 : NaN;
}

/** What writes one feature of the rows `from … to - 1` (positions in `rows`) into the matrix. */
function columnFill(
  slot: Slot,
  table: FeatureTable,
  rows: Uint32Array,
  matrix: Float32Array,
  width: number,
): (from: number, to: number) => void {
  const column = columnOf(slot, table);
  if (column.type !== 'category') {
    const { values } = column;
    return (from, to) => {
      let target = from * width + slot.start;
      for (let index = from; index < to; index++, target += width) {
        matrix[target] = values[rows[index] ?? 0] ?? NaN;
      }
    };
  }
  const { codes } = column;
  const inputOfCode = Int32Array.from(column.values, (value) => categoryInput(slot, value));
  return (from, to) => {
    for (let index = from; index < to; index++) {
      const code = codes[rows[index] ?? 0] ?? -1;
      matrix[index * width + (code < 0 ? slot.missing : (inputOfCode[code] ?? slot.start))] = 1;
    }
  };
}

function columnOf(slot: Slot, table: FeatureTable): TableColumn {
  const column = table.columns.get(slot.name);
  if (column?.type === slot.type) return column;
  throw new Error(`The table has no ${slot.type} column '${slot.name}'`);
}
