type Takes = (value: unknown) => boolean;

/** Which values each datatype of the protocol takes. */
const TAKES = {
  BOOL: (value) => typeof value === 'boolean',
  UINT8: wholeWithin(0, 2 ** 8),
  UINT16: wholeWithin(0, 2 ** 16),
  UINT32: wholeWithin(0, 2 ** 32),
  UINT64: wholeWithin(0, 2 ** 64),
  INT8: wholeWithin(-(2 ** 7), 2 ** 7),
  INT16: wholeWithin(-(2 ** 15), 2 ** 15),
  INT32: wholeWithin(-(2 ** 31), 2 ** 31),
  INT64: wholeWithin(-(2 ** 63), 2 ** 63),
  // From here on it rounds to infinity.
  FP16: (value) => typeof value === 'number' && Math.abs(value) < 65_520,
  FP32: (value) => typeof value === 'number' && Number.isFinite(Math.fround(value)),
  FP64: (value) => typeof value === 'number',
  BYTES: (value) => typeof value === 'string',
} as const satisfies Record<string, Takes>;

export type Datatype = keyof typeof TAKES;

export const DATATYPES: readonly string[] = Object.keys(TAKES);

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(TAKES, value);
}

/** Where the first value is that a datatype does not take; -1: it takes them all. Null, a missing value, fits any. */
export function findMisfit(values: readonly unknown[], datatype: Datatype): number {
  const takes: Takes = TAKES[datatype];
  return values.findIndex((value) => value !== null && !takes(value));
}

function wholeWithin(from: number, below: number): Takes {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= from && value < below;
}
