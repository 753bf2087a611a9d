import type { DuckDBConnection } from '@duckdb/node-api';
import type { Association } from '../data/association.js';
import { numberSql } from '../data/column-rules.js';
import { isLeak } from '../data/find-leaks.js';
import { singleRow } from '../data/loaded-table.js';
import type { TablePlan } from '../data/table-plan.js';
import type { DatasetProfileDto, ProfileWarningDto } from './dataset-profile.dto.js';

/** A category with a value of its own for more than every other row names rows, not kinds of rows. */
const ID_SHARE_OF_TEXTS = 0.5;

/** Amounts repeat and have decimals; whole numbers that hardly ever repeat are counted up. */
const ID_SHARE_OF_NUMBERS = 0.99;

/** Among fewer rows even kinds may hardly repeat. */
const ID_ROWS = 100;

const SHOWN_NAMES = 20;

/** What in a data set is likely a mistake. */
export async function warningsOf(
  connection: DuckDBConnection,
  plan: TablePlan,
  profile: Omit<DatasetProfileDto, 'warnings'>,
  associations: ReadonlyMap<number, Association>,
): Promise<ProfileWarningDto[]> {
  const warnings: ProfileWarningDto[] = [];
  for (const { feature, column } of plan.features) {
    const figures = profile.columns.find(({ name }) => name === column.name);
    const association = associations.get(column.index);
    if (figures === undefined || association === undefined) continue;
    const present = profile.rows - figures.missing;
    const warn = (code: ProfileWarningDto['code'], message: string): void => {
      warnings.push({ code, column: column.name, message });
    };
    if (isLeak(association, profile.frauds)) {
      warn(
        'leak',
        `"${column.name}" alone nearly tells the label: its area under the ROC curve is ${association.rocAuc.toFixed(4)}. ` +
          'See whether it is known when a transaction is scored; if not, take it out of the model.',
      );
    }
    if (figures.unique === 0 || (figures.unique === 1 && figures.missing === 0)) {
      warn('constant_column', `"${column.name}" is the same in every row: nothing can be learnt from it.`);
    }
    const isTime = column.index === plan.time?.index;
    if (present < ID_ROWS || isTime || feature.type === 'boolean') continue;
    const share = figures.unique / present;
    const isId =
      feature.type === 'category'
        ? share > ID_SHARE_OF_TEXTS
        : share >= ID_SHARE_OF_NUMBERS && (await isWhole(connection, numberSql(column)));
    if (isId) {
      warn(
        'id_as_feature',
        `"${column.name}" has ${figures.unique} values in ${present} rows, as an id has: a model learns rows by heart ` +
          'by it. Take it out of the model.',
      );
    }
  }
  return [...warnings, ...duplicateWarning(profile), ...unusedWarning(profile)];
}

async function isWhole(connection: DuckDBConnection, number: string): Promise<boolean> {
  const [whole] = await singleRow(connection, `SELECT bool_and(${number} = floor(${number})) FROM loaded`);
  return whole === true;
}

function duplicateWarning({ duplicate_rows: count, rows }: Omit<DatasetProfileDto, 'warnings'>): ProfileWarningDto[] {
  if (count === 0) return [];
  const message =
    `${count} of ${rows} rows are the same as an earlier one in every column. Such rows may be on both sides of a split, ` +
    'which makes a model look better than it is. Remove them unless they are different transactions.';
  return [{ code: 'duplicate_rows', column: null, message }];
}

function unusedWarning({ columns }: Omit<DatasetProfileDto, 'warnings'>): ProfileWarningDto[] {
  const unused = columns.filter(({ role }) => role === 'unused').map(({ name }) => name);
  if (unused.length === 0) return [];
  const more = unused.length > SHOWN_NAMES ? ` and ${unused.length - SHOWN_NAMES} more` : '';
  const message = `The model does not use: ${unused.slice(0, SHOWN_NAMES).join(', ')}${more}.`;
  return [{ code: 'unused_columns', column: null, message }];
}
