import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ModelDefinition } from '@app/features';
import { readTable, type ReadOptions } from './read-table.js';

const MODEL: ModelDefinition = {
  name: 'test',
  description: '',
  features: [
    { name: 'amount', type: 'number', nullable: false },
    { name: 'channel', type: 'category', nullable: false },
    { name: 'night', type: 'boolean', nullable: false },
    { name: 'age', type: 'number', nullable: true },
  ],
  label: 'fraud',
  timeColumn: 'at',
  carried: [],
  metric: 'average_precision',
  policy: { review: null, block: null },
};
const HEADER = 'at,amount,channel,night,age,fraud';
const GOOD = ['2024-01-01', '1.5', 'web', 'false', '', '0'];

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-errors-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** 60 good rows, rows 0 and 1 frauds, with some cells written over: "row column" → text. */
function rowsWith(cells: Record<string, string> = {}): string[][] {
  const columns = HEADER.split(',');
  return Array.from({ length: 60 }, (_, row) =>
    columns.map((column, index) => {
      const usual = column === 'fraud' && row < 2 ? '1' : (GOOD[index] ?? '');
      return cells[`${row} ${column}`] ?? cells[`* ${column}`] ?? usual;
    }),
  );
}

function text(rows: string[][], end = '\n'): string {
  return [HEADER, ...rows.map((row) => row.join(',')), ''].join(end);
}

async function expectRefused(
  content: string | Buffer,
  code: string,
  words: string,
  options: Partial<ReadOptions> = {},
): Promise<void> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  const error: unknown = await readTable(path, MODEL, { threads: 4, ...options }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DatasetError', code, message: expect.stringContaining(words) });
  // The message goes to a client: the server's paths are no business of theirs.
  expect(String(error)).not.toContain(directory);
}

describe('readTable refuses', () => {
  it.each([
    ['5 amount', 'abc', 'not_a_number', 'Column "amount" has "abc" in line 7'],
    ['5 amount', '"1,5"', 'not_a_number', '"1,5" in line 7, which is not a number to train on. Write numbers with a'],
    ['5 amount', 'NaN', 'not_a_number', 'has "NaN" in line 7'],
    ['5 amount', '-Infinity', 'not_a_number', 'has "-Infinity" in line 7'],
    ['5 amount', '3.5e38', 'not_a_number', 'has "3.5e38" in line 7'],
    ['5 amount', '1e400', 'not_a_number', 'has "1e400" in line 7'],
    ['5 amount', '  ', 'not_a_number', 'has "  " in line 7'],
    ['5 age', 'nan', 'not_a_number', 'Column "age" has "nan" in line 7'],
    ['5 age', 'x'.repeat(100_000), 'not_a_number', `has "${'x'.repeat(60)}…" in line 7`],
    ['5 amount', '', 'missing_value', 'Column "amount" is empty in line 7'],
    ['59 channel', '""', 'missing_value', 'Column "channel" is empty in line 61'],
    ['0 night', '', 'missing_value', 'Column "night" is empty in line 2'],
    ['5 night', 'maybe', 'not_a_boolean', 'Column "night" has "maybe" in line 7'],
    ['5 night', '2', 'not_a_boolean', 'has "2" in line 7'],
    ['5 fraud', '2', 'bad_label', 'The label column "fraud" has "2" in line 7'],
    ['5 fraud', 'yes', 'bad_label', 'has "yes" in line 7'],
    ['5 fraud', '0.5', 'bad_label', 'has "0.5" in line 7'],
    ['5 fraud', '', 'bad_label', 'has no value in line 7'],
    ['5 at', '31/12/2024', 'bad_time', 'The time column "at" has "31/12/2024" in line 7'],
    ['5 at', '2024-13-01', 'bad_time', 'has "2024-13-01" in line 7'],
    ['5 at', 'infinity', 'bad_time', 'has "infinity" in line 7'],
    ['5 at', '17000', 'bad_time', 'has "17000" in line 7'],
    ['5 at', '', 'bad_time', 'has no value in line 7'],
    ['* at', 'soon', 'bad_time', 'has "soon" in line 2'],
    ['* at', '', 'bad_time', 'has no value in line 2'],
  ])('%s = %j', async (cell, value, code, words) => {
    await expectRefused(text(rowsWith({ [cell]: value })), code, words);
  });

  it('a date among times that are numbers', async () => {
    const content = text(rowsWith({ '* at': '17', '9 at': '2024-01-01' }));
    await expectRefused(content, 'bad_time', '"2024-01-01" in line 11. It must be a number');
  });

  it('the first of several bad cells, by line, then by column', async () => {
    const cells = { '8 at': 'x', '7 fraud': 'x', '7 amount': 'x', '30 amount': 'y' };
    await expectRefused(text(rowsWith(cells)), 'not_a_number', 'Column "amount" has "x" in line 9');
  });

  it.each([
    ['CRLF', text(rowsWith({ '5 amount': 'abc' }), '\r\n'), 'line 7'],
    ['gzip', gzipSync(text(rowsWith({ '5 amount': 'abc' }))), 'line 7'],
    ['blank lines', `\n\n${text(rowsWith({ '5 amount': 'abc' }), '\n\n')}`, 'line 15'],
    ['line breaks in quotes', text(rowsWith({ '* channel': '"a\nb"', '5 amount': 'abc' })), 'line 12'],
  ])('with the right line number: %s', async (_case, content, words) => {
    await expectRefused(content, 'not_a_number', words);
  });

  it('a bad cell far down in a long file', async () => {
    const rows = Array.from({ length: 5000 }, () => text(rowsWith()).split('\n').slice(1, -1)).flat();
    rows[250_000] = '2024-01-01,abc,web,true,,0';
    await expectRefused([HEADER, ...rows].join('\n'), 'not_a_number', '"abc" in line 250002');
  });

  it('missing columns', async () => {
    const content = text(rowsWith()).replace('night', 'Night time').replace('fraud', 'isFraud');
    await expectRefused(content, 'missing_column', 'lacks the columns "night", "fraud". It has: "at", "amount"');
  });

  it('a column that is there twice', async () => {
    await expectRefused(text(rowsWith()).replace('channel', 'amount'), 'ambiguous_column', '"amount" (column 3)');
  });

  it('data without frauds, without others, or with too few of them', async () => {
    await expectRefused(text(rowsWith({ '* fraud': '0' })), 'no_frauds', '"fraud" is 0 in all 60 rows');
    await expectRefused(text(rowsWith({ '* fraud': 'true' })), 'no_legitimate', '"fraud" is 1 in all 60 rows');
    await expectRefused(text(rowsWith({ '1 fraud': '0' })), 'too_few_rows', '"fraud" is 1 in 1 and 0 in 59 rows');
  });

  it('too few rows or too many', async () => {
    await expectRefused(text(rowsWith().slice(0, 49)), 'too_few_rows', 'has 49 rows; training needs at least 50');
    await expectRefused(`${HEADER}\n`, 'too_few_rows', 'a header and no rows');
    await expectRefused(HEADER, 'too_few_rows', 'a header and no rows');
    await expectRefused(text(rowsWith()), 'too_many_rows', 'has 60 rows; the limit is 59', { maxRows: 59 });
  });

  it('what does not fit into the memory', async () => {
    const line = `2024-01-01,1.5,${'c'.repeat(2000)},false,,0`;
    const content = [HEADER, ...Array.from({ length: 20_000 }, () => line)].join('\n');
    await expectRefused(content, 'too_many_rows', 'does not fit', { memoryLimit: '20MiB', threads: 1 });
  });

  it.each([
    ['a short line', '2024-01-01,1,web', 'line 12 has 3 values where the header names 6 columns'],
    ['a long line', '2024-01-01,1,web,true,1,0,extra', 'line 12 has 7 values where the header names 6 columns'],
    ['text after a quote', '2024-01-01,1,"web" x,true,1,0', 'line 12 has text after a closing quote'],
    ['an open quote', '2024-01-01,1,"web,true,1,0', 'line 12 opens a quote that is not closed'],
  ])('%s', async (_case, line, words) => {
    const lines = text(rowsWith()).split('\n');
    lines[11] = line;
    await expectRefused(lines.join('\n'), 'not_csv', words);
    await expectRefused(gzipSync(lines.join('\n')), 'not_csv', words);
  });

  it('another encoding or mixed line ends', async () => {
    const latin = Buffer.from(text(rowsWith({ '9 channel': 'caf\xe9' })), 'latin1');
    await expectRefused(latin, 'not_csv', 'line 11 is not valid UTF-8');
    await expectRefused(text(rowsWith()).replace('0\n', '0\r\n'), 'not_csv', 'line 4 ends with CRLF');
    await expectRefused(Buffer.from(`\uFEFF${text(rowsWith())}`, 'utf16le'), 'not_csv', 'UTF-16');
  });

  it('what is no CSV at all', async () => {
    await expectRefused(Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(5000)]), 'not_csv', 'Excel');
    await expectRefused('<!DOCTYPE html><p>Sign in</p>', 'not_csv', 'web page');
    await expectRefused(Buffer.alloc(5000), 'not_csv', 'binary');
    await expectRefused(gzipSync(gzipSync(text(rowsWith()))), 'not_csv', 'compressed twice');
    await expectRefused('', 'empty', 'empty');
    await expectRefused(gzipSync(''), 'empty', 'empty');
    await expectRefused('\n\n', 'empty', 'blank');
  });

  it('gzip that is cut short or damaged, which DuckDB would read in part', async () => {
    const gz = gzipSync(text(rowsWith()));
    await expectRefused(gz.subarray(0, gz.length - 4), 'not_csv', 'cut short');
    await expectRefused(gz.subarray(0, gz.length / 2), 'not_csv', 'cut short');
    const wrongSum = Buffer.from(gz);
    wrongSum.writeUInt32LE(1, gz.length - 8);
    await expectRefused(wrongSum, 'not_csv', 'damaged');
  });

  it('gzip that unpacks to more than it may', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, `${HEADER}\n`));
    await expectRefused(bomb, 'too_large', 'unpacks to more than 9.5 MiB', { maxUnpackedBytes: 10_000_000 });
  });
});
