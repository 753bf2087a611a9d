import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLayout } from './csv-header.js';
import { findBrokenLine, lineOfRow, nextRecord } from './csv-lines.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'csv-lines-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function written(content: string | Buffer): Promise<[string, ReturnType<typeof readLayout>]> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  return [path, readLayout(Buffer.from(content), ['a', 'b'])];
}

describe('nextRecord', () => {
  const COMMA = 44;

  it('asks for more when the buffer ends inside a record', () => {
    expect(nextRecord(Buffer.from('1,"2'), 0, COMMA, false)).toBeNull();
    expect(nextRecord(Buffer.from('1,2\r'), 0, COMMA, false)).toBeNull();
    expect(nextRecord(Buffer.from('1,"2"'), 0, COMMA, false)).toBeNull();
  });

  it('ends at the end of the file, except inside quotes', () => {
    expect(nextRecord(Buffer.from('1,2'), 0, COMMA, true)).toMatchObject({ fields: 2, end: 3, lineEnd: null });
    expect(nextRecord(Buffer.from('1,"2'), 0, COMMA, true)).toBeNull();
  });

  it('takes a quote in the middle of a field as it is', () => {
    expect(nextRecord(Buffer.from('5" pipe,2\n3'), 0, COMMA, true)).toMatchObject({ fields: 2, end: 10, lines: 1 });
  });
});

describe('lineOfRow', () => {
  it.each([
    ['the ordinary case', 'a,b\n1,2\n3,4\n', 1, 3],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', 1, 3],
    ['CR', 'a,b\r1,2\r3,4', 1, 3],
    ['blank lines before and between', '\n\na,b\n1,2\n\n\n3,4\n', 1, 7],
    ['line breaks in quotes', 'a,b\n"x\r\ny\nz",2\n3,4\n', 1, 5],
    ['a mark and a quoted header with a line break', '\uFEFF"a","b\nc"\n1,2\n', 0, 3],
    ['one column, where a blank line is a row', 'a\n1\n\n3\n', 2, 4],
  ])('%s', async (_case, content, row, line) => {
    expect(await lineOfRow(...(await written(content)), row)).toBe(line);
  });

  it('finds a row beyond the first piece of the file', async () => {
    const rows = Array.from({ length: 300_000 }, (_, row) => `${row},"x\n${row}"`);
    expect(await lineOfRow(...(await written(`a,b\n${rows.join('\n')}`)), 299_999)).toBe(2 + 2 * 299_999);
  });

  it('is null past the end', async () => {
    expect(await lineOfRow(...(await written('a,b\n1,2\n')), 1)).toBeNull();
  });
});

describe('findBrokenLine', () => {
  it.each([
    ['a,b\n1,2\n3\n', 'line 3 has 1 values where the header names 2 columns'],
    ['a,b\n1,2\n\n3,4,5\n', 'line 4 has 3 values where the header names 2 columns'],
    ['a,b\n1,"2" x\n', 'line 2 has text after a closing quote; a quote inside quotes is written twice'],
    ['a,b\n1,2\n3,"4\n5,6\n', 'line 3 opens a quote that is not closed, or is longer than 2000000 bytes'],
    ['a,b\n1,2\r\n', 'line 2 ends with CRLF where the lines before end with LF; save the file with one kind'],
    [Buffer.from('a,b\nJos\xe9,2\n', 'latin1'), 'line 2 is not valid UTF-8; save the file as UTF-8'],
  ])('%j', async (content, fault) => {
    expect(await findBrokenLine(...(await written(content)))).toBe(fault);
  });

  it('finds nothing in a good file', async () => {
    expect(await findBrokenLine(...(await written('\uFEFFa,b\r\n"x ""y""",2,\r\n\r\n3,José\r\n')))).toBeNull();
  });
});
