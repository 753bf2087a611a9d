import { DatasetError } from './dataset-error.js';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** What a file of any format calls its columns. */
export interface FileColumns {
  /** In the file's order, trimmed. */
  readonly columns: readonly string[];
}

/** How a CSV file is laid out, as its first lines show it. */
export interface CsvLayout extends FileColumns {
  readonly delimiter: string;
  /** Blank lines before the header. */
  readonly linesBefore: number;
}

/** A column of the file: where it stands and what the file calls it. */
export interface FileColumn {
  readonly index: number;
  readonly name: string;
}

/**
 * Reads the header, the file's first line that is not blank. The delimiter is the one under which most of the wanted
 * names stand there, then the one that gives most columns: the header is known beforehand, so no guessing from the
 * data is needed, which one odd line would mislead.
 * @param head the beginning of the file, unpacked
 * @throws DatasetError `empty`, `not_csv` (no end of the header)
 */
export function readLayout(head: Buffer, wanted: Iterable<string>): CsvLayout {
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const before = /^(?:[^\S\r\n]*(?:\r\n|\r|\n))*/.exec(text)?.[0] ?? '';
  const rest = text.slice(before.length);
  if (rest.trim() === '') throw new DatasetError('empty', 'The file holds nothing but blank lines.');
  const linesBefore = before.match(/\r\n|\r|\n/g)?.length ?? 0;
  const names = new Set(Array.from(wanted, (name) => name.toLowerCase()));

  const candidates = DELIMITERS.map((delimiter) => {
    const columns = splitRecord(rest, delimiter).map((name) => name.trim());
    const hits = columns.filter((name) => names.has(name.toLowerCase())).length;
    return { delimiter, columns, linesBefore, hits };
  });
  // A stable sort: ties fall to the commoner delimiter.
  const [best] = candidates.sort((a, b) => b.hits - a.hits || b.columns.length - a.columns.length);
  if (best === undefined) throw new Error('there are no delimiters to try');
  return { delimiter: best.delimiter, columns: best.columns, linesBefore };
}

/** The fields of a text's first record (RFC 4180); it ends at the first line break outside quotes. */
function splitRecord(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text.charAt(i++);
      else quoted = false;
    } else if (char === '"' && field.trim() === '') {
      quoted = true;
      field = '';
    } else if (char === delimiter) {
      fields.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') break;
    else field += char;
  }
  return [...fields, field];
}

/**
 * Finds each wanted name among the file's columns: exactly, else by the one column that differs only in case.
 * @throws DatasetError `missing_column` (all of them at once), `ambiguous_column`
 */
export function matchColumns(layout: FileColumns, wanted: Iterable<string>): Map<string, FileColumn> {
  const found = new Map<string, FileColumn>();
  const taken = new Set<number>();
  const names = new Set(wanted);
  const take = (name: string, indexes: readonly number[]): void => {
    if (indexes.length > 1) throw ambiguous(name, layout, indexes);
    for (const index of indexes) {
      found.set(name, { index, name: layout.columns[index] ?? name });
      taken.add(index);
    }
  };
  for (const name of names)
    take(
      name,
      indexesWhere(layout, (column) => column === name.trim()),
    );
  for (const name of names) {
    if (found.has(name)) continue;
    const lower = name.trim().toLowerCase();
    take(
      name,
      indexesWhere(layout, (column, index) => column.toLowerCase() === lower && !taken.has(index)),
    );
  }
  const missing = [...names].filter((name) => !found.has(name));
  if (missing.length > 0) throw missingColumns(missing, layout);
  return found;
}

function indexesWhere(layout: FileColumns, test: (column: string, index: number) => boolean): number[] {
  return layout.columns.flatMap((column, index) => (test(column, index) ? [index] : []));
}

function ambiguous(name: string, layout: FileColumns, indexes: readonly number[]): DatasetError {
  const places = indexes.map((index) => `"${layout.columns[index] ?? ''}" (column ${index + 1})`).join(' and ');
  return new DatasetError(
    'ambiguous_column',
    `Column "${name}" could be ${places} of the file. Rename or remove all but one.`,
  );
}

function missingColumns(missing: readonly string[], layout: FileColumns): DatasetError {
  const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const near = missing.flatMap((name) => {
    const like = layout.columns.filter((column) => plain(column) !== '' && related(plain(column), plain(name)));
    return like.length > 0 ? [`${quoteAll(like.slice(0, 3))} looks like "${name}"`] : [];
  });
  const looksLikeData = layout.columns.every((column) => column === '' || Number.isFinite(Number(column)));
  const advice = looksLikeData
    ? ' The first line looks like data: it must be a header with the names of the columns.'
    : near.length > 0
      ? ` ${near.slice(0, 10).join('; ')}: rename it in the file.`
      : ' Add it to the file, or change what asks for it: the model, the training or the decision policy.';
  const word = missing.length === 1 ? 'column' : 'columns';
  return new DatasetError(
    'missing_column',
    `The file lacks the ${word} ${quoteAll(missing)}. It has: ${quoteAll(layout.columns)}.${advice}`,
  );
}

/** The same but for punctuation, or one is a part of the other. */
function related(a: string, b: string): boolean {
  return a === b || (Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a)));
}

function quoteAll(names: readonly string[]): string {
  const shown = names.slice(0, 50).map((name) => `"${name.length > 60 ? `${name.slice(0, 60)}…` : name}"`);
  return shown.join(', ') + (names.length > 50 ? ` and ${names.length - 50} more` : '');
}
