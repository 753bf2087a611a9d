import { simulateCsv } from '@app/simulator';

/** Card transactions as clients send them: thirty numbers by name, without id and label. The same seed gives the same. */
export function simulatedTransactions(rows: number, seed: number): Record<string, number>[] {
  const text = [...simulateCsv('credit-card', { rows, seed })].join('');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',').slice(0, -1);
  return lines.map((line) => {
    const numbers = line.split(',').map(Number);
    return Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? NaN]));
  });
}
