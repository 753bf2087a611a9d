import { BUILT_IN_MODELS, compileValidator, type ModelDefinition } from '@app/features';
import { describe, expect, it } from '@jest/globals';
import {
  exampleTransaction,
  isSimulatedModel,
  SIMULATED_MODELS,
  simulateCsv,
  type SimulatedModel,
  type SimulationOptions,
} from './simulate-csv.js';

type Row = Record<string, string>;

function definitionOf(model: SimulatedModel): ModelDefinition {
  const definition = BUILT_IN_MODELS.find(({ name }) => name === model);
  if (definition === undefined) throw new Error(`${model} is not built in`);
  return definition;
}

function text(model: SimulatedModel, options: SimulationOptions): string {
  return [...simulateCsv(model, options)].join('');
}

function table(model: SimulatedModel, options: SimulationOptions): { header: string[]; rows: Row[] } {
  const [head = '', ...lines] = text(model, options).trimEnd().split('\n');
  const header = head.split(',');
  const rows = lines.map((line): Row => {
    const cells = line.split(',');
    return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
  });
  return { header, rows };
}

/** A row as a client would send it: without the label, numbers as numbers. */
function asTransaction({ features, carried }: ModelDefinition, row: Row): Record<string, unknown> {
  const transaction: Record<string, unknown> = {};
  for (const { name, type } of features) transaction[name] = type === 'category' ? row[name] : Number(row[name]);
  for (const name of carried) transaction[name] = row[name];
  return transaction;
}

/** The chance that a random fraud has a higher figure than a random legitimate row; equal ones count half. */
function auc(rows: Row[], label: string, figure: (row: Row) => number): number {
  const of = (value: string): number[] => rows.filter((row) => row[label] === value).map(figure);
  const legitimate = of('0');
  let won = 0;
  for (const fraud of of('1')) for (const other of legitimate) won += fraud > other ? 1 : fraud === other ? 0.5 : 0;
  return won / (of('1').length * legitimate.length);
}

function cell(row: Row, name: string): number {
  return Number(row[name]);
}

describe.each(SIMULATED_MODELS)('simulateCsv of %s', (model) => {
  const definition = definitionOf(model);

  it('gives the same bytes for the same seed, others for another', () => {
    const once = text(model, { rows: 1_500, seed: 5 });
    const twice = simulateCsv(model, { rows: 1_500, seed: 5 });
    expect([...twice].join('')).toBe(once);
    expect([...twice].join('')).toBe(once);
    expect(text(model, { rows: 1_500, seed: 6 })).not.toBe(once);
  });

  it('has the columns of the model, the label last', () => {
    const { header } = table(model, { rows: 1, seed: 1 });
    expect(header.at(-1)).toBe(definition.label);
    expect([...header].sort()).toEqual(
      [...definition.carried, ...definition.features.map(({ name }) => name), definition.label].sort(),
    );
  });

  it.each([
    [1_000, 0.1, 100],
    [777, 0.5, 389],
    [300, 0.001, 1],
    [300, 0.999, 299],
    [2, 0.5, 1],
    [1, 0.5, 0],
  ])('of %d rows, a share of %d is %d frauds', (rows, fraudShare, frauds) => {
    const simulated = table(model, { rows, seed: 3, fraudShare }).rows;
    const labels = simulated.map((row) => row[definition.label]);
    expect(labels).toHaveLength(rows);
    expect(labels.filter((label) => label === '1')).toHaveLength(frauds);
    expect(labels.filter((label) => label === '0')).toHaveLength(rows - frauds);
  });

  it('writes rows that the model accepts, in plain decimals', () => {
    const { rows } = table(model, { rows: 3_000, seed: 11 });
    const validate = compileValidator(definition);
    expect(rows.flatMap((row) => validate(asTransaction(definition, row)))).toEqual([]);
    const numbers = definition.features.filter(({ type }) => type === 'number').map(({ name }) => name);
    const cells = rows.flatMap((row) => numbers.map((name) => row[name] ?? ''));
    expect(cells.filter((text) => !/^-?\d+(\.\d{1,6})?$/.test(text))).toEqual([]);
  });

  it('has an example that the model accepts', () => {
    expect(compileValidator(definition)(exampleTransaction(model))).toEqual([]);
    expect(exampleTransaction(model)).toEqual(exampleTransaction(model));
    expect(Object.keys(exampleTransaction(model))).not.toContain(definition.label);
  });

  it.each([
    { rows: 0, seed: 1 },
    { rows: 1.5, seed: 1 },
    { rows: NaN, seed: 1 },
    { rows: 10, seed: 0.5 },
    { rows: 10, seed: 1, fraudShare: 0 },
    { rows: 10, seed: 1, fraudShare: 1 },
  ])('refuses %j before anything is read', (options) => {
    expect(() => simulateCsv(model, options)).toThrow(RangeError);
  });
});

describe('what can be learnt', () => {
  const options = { rows: 8_000, seed: 42 };

  it('credit-card: V14 and others tell frauds, none of them all', () => {
    const { rows } = table('credit-card', options);
    for (const component of ['V4', 'V10', 'V12', 'V14', 'V17']) {
      const sign = component === 'V4' ? 1 : -1;
      const figure = auc(rows, 'Class', (row) => sign * cell(row, component));
      expect(figure).toBeGreaterThan(0.65);
      expect(figure).toBeLessThan(0.95);
    }
    const sum = (row: Row): number => cell(row, 'V4') - cell(row, 'V10') - cell(row, 'V12') - cell(row, 'V14');
    expect(auc(rows, 'Class', sum)).toBeGreaterThan(0.7);
    expect(auc(rows, 'Class', sum)).toBeLessThan(0.999);
    expect(Math.abs(auc(rows, 'Class', (row) => cell(row, 'V28')) - 0.5)).toBeLessThan(0.1);
  });

  it('credit-card: two days in order of time, quiet by night but for frauds', () => {
    const { rows } = table('credit-card', options);
    const times = rows.map((row) => cell(row, 'Time'));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(2 * 86_400);
    const byNight = (label: string): number => {
      const own = rows.filter((row) => row['Class'] === label);
      return own.filter((row) => cell(row, 'Time') % 86_400 < 7 * 3_600).length / own.length;
    };
    expect(byNight('0')).toBeLessThan(0.1);
    expect(byNight('1')).toBeGreaterThan(0.25);
  });

  it('payments: frauds are large transfers and withdrawals, transfers without a trace', () => {
    const { rows } = table('payments', options);
    const frauds = rows.filter((row) => row['is_fraud'] === '1');
    expect(new Set(frauds.map((row) => row['type']))).toEqual(new Set(['TRANSFER', 'CASH_OUT']));
    expect(new Set(rows.map((row) => row['type'])).size).toBe(5);
    const figure = auc(rows, 'is_fraud', (row) => cell(row, 'amount_log'));
    expect(figure).toBeGreaterThan(0.7);
    expect(figure).toBeLessThan(0.999);
    const untraced = frauds.filter((row) => row['type'] === 'TRANSFER' && row['amount_dest'] === '0');
    expect(untraced.length / frauds.length).toBeGreaterThan(0.3);
  });

  it('payments: logarithms of amounts of 1 to 10,000,000', () => {
    const { rows } = table('payments', options);
    const impossible = rows.filter((row) => {
      const [amount, received] = [cell(row, 'amount_log'), cell(row, 'amount_dest')];
      return !(
        amount >= Math.log(2) - 1e-6 &&
        amount <= Math.log(1e7 + 1) + 1e-6 &&
        (received === 0 || received >= amount)
      );
    });
    expect(impossible).toEqual([]);
  });

  it('credit-account: frauds use what they may, and pay late', () => {
    const { rows } = table('credit-account', options);
    for (const figure of [
      auc(rows, 'is_fraud', (row) => cell(row, 'total_balance') / cell(row, 'total_credit_limit')),
      auc(rows, 'is_fraud', (row) => cell(row, 'number_of_accounts_in_arrears')),
    ]) {
      expect(figure).toBeGreaterThan(0.7);
      expect(figure).toBeLessThan(0.999);
    }
  });

  it('credit-account: customers are numbered and never have more accounts in arrears than open', () => {
    const { rows } = table('credit-account', options);
    expect(new Set(rows.map((row) => row['customer_id'])).size).toBe(rows.length);
    const impossible = rows.filter(
      (row) =>
        !(cell(row, 'number_of_open_accounts') >= 1) ||
        !(cell(row, 'total_credit_limit') > 0) ||
        !(cell(row, 'number_of_accounts_in_arrears') <= cell(row, 'number_of_open_accounts')),
    );
    expect(impossible).toEqual([]);
  });
});

describe('isSimulatedModel', () => {
  it('knows the three, and no name that every object has', () => {
    expect([...SIMULATED_MODELS, 'claims', 'toString', ''].map(isSimulatedModel)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(SIMULATED_MODELS).toEqual(BUILT_IN_MODELS.map(({ name }) => name));
  });
});
