/** Row numbers of a data set, ascending: what a version learns from, and what it is measured on. No row is in both. */
export interface Split {
  readonly train: Uint32Array;
  readonly holdout: Uint32Array;
}

/** The share of rows that is held out when nothing else is asked for. */
export const HOLDOUT_SHARE = 0.2;

/** @throws RangeError for a share that leaves nothing on one side. */
export function checkHoldoutShare(share: number): void {
  if (!(share > 0 && share < 1)) throw new RangeError(`The holdout share must lie between 0 and 1, got ${share}`);
}

/** Parts the row numbers by a mark per row: not 0 is held out. */
export function splitByMark(heldOut: Uint8Array): Split {
  let holdoutRows = 0;
  for (const mark of heldOut) if (mark !== 0) holdoutRows++;
  const train = new Uint32Array(heldOut.length - holdoutRows);
  const holdout = new Uint32Array(holdoutRows);
  let trained = 0;
  let held = 0;
  for (const [row, mark] of heldOut.entries()) {
    if (mark === 0) train[trained++] = row;
    else holdout[held++] = row;
  }
  return { train, holdout };
}
