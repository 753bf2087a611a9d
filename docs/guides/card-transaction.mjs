/** A card transaction as the two card services take it: thirty numbers. */
const NAMES = ['Time', ...Array.from({ length: 28 }, (_, at) => `V${at + 1}`), 'Amount'];
const VALUES = [
  43200, 0.76, 0.39, -0.28, -0.62, -0.39, 0.16, -0.07, 0.37, -0.07, -0.4, -0.34, 0.05, 0.31, 0.31, 0.04, -0.23, -0.27,
  -0.07, 0.16, 0.23, 0.09, -0.11, -0.19, -0.1, 0.07, 0.16, 0.1, -0.04, 24.9,
];

export const cardTransaction = Object.fromEntries(NAMES.map((name, at) => [name, VALUES[at]]));

/** The same, but with an amount and principal components far from it. */
export const otherTransaction = { ...cardTransaction, V4: 8, V10: -10, V12: -12, V14: -12, V17: -12, Amount: 980 };
