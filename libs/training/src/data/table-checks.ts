import { DatasetError } from './dataset-error.js';

/** Fewer rows than this cannot be split into parts that mean anything. */
const MIN_ROWS = 50;

/** One for each part of the split. */
const MIN_OF_EACH_CLASS = 3;

/** @throws DatasetError `too_many_rows`, `too_few_rows` */
export function checkRows(rows: number, maxRows: number): void {
  if (rows > maxRows) {
    throw new DatasetError('too_many_rows', `The file has ${rows} rows; the limit is ${maxRows}. Send a part of them.`);
  }
  if (rows < MIN_ROWS) {
    const has = rows === 0 ? 'a header and no rows' : `${rows} rows`;
    throw new DatasetError('too_few_rows', `The file has ${has}; training needs at least ${MIN_ROWS}.`);
  }
}

/** @throws DatasetError `no_frauds`, `no_legitimate`, `too_few_rows` */
export function checkClasses(rows: number, frauds: number, label: string): void {
  if (frauds === 0) {
    throw new DatasetError('no_frauds', `No row is a fraud: "${label}" is 0 in all ${rows} rows. Add frauds (1).`);
  }
  if (frauds === rows) {
    throw new DatasetError(
      'no_legitimate',
      `Every row is a fraud: "${label}" is 1 in all ${rows} rows. Add others (0).`,
    );
  }
  if (Math.min(frauds, rows - frauds) < MIN_OF_EACH_CLASS) {
    throw new DatasetError(
      'too_few_rows',
      `"${label}" is 1 in ${frauds} and 0 in ${rows - frauds} rows; training needs at least ${MIN_OF_EACH_CLASS} of each.`,
    );
  }
}

/** @throws DatasetError `bad_weight` when the rows of a class together weigh nothing */
export function checkWeights(labels: Uint8Array, weights: Float64Array, column: string): void {
  let frauds = 0;
  let legitimate = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === 1) frauds += weights[row] ?? 0;
    else legitimate += weights[row] ?? 0;
  }
  if (frauds > 0 && legitimate > 0) return;
  const which = frauds > 0 ? 'legitimate row' : 'fraud';
  throw new DatasetError('bad_weight', `The weight column "${column}" is 0 for every ${which}: they would not count.`);
}
