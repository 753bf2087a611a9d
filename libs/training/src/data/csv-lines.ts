import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { type CsvLayout } from './csv-header.js';

/** The longest record DuckDB reads unless told otherwise. */
const MAX_RECORD_BYTES = 2_000_000;
const CHUNK_BYTES = 1_048_576;
const LF = 10;
const CR = 13;
const QUOTE = 34;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export type LineEnd = 'LF' | 'CRLF' | 'CR';

/** One record of a CSV file, as bytes: `end` is where the next begins. */
export interface RawRecord {
  readonly end: number;
  readonly fields: number;
  /** Line breaks in it, its own included. */
  readonly lines: number;
  /** Null for the last record of a file without a line break at its end. */
  readonly lineEnd: LineEnd | null;
  readonly blank: boolean;
  readonly lastFieldEmpty: boolean;
  /** Something stands between a closing quote and the next delimiter. */
  readonly strayQuote: boolean;
}

/**
 * The record that begins at `start`, or null when the buffer ends within it. `final`: nothing follows the buffer; null
 * then means a quote that is never closed.
 */
export function nextRecord(buffer: Buffer, start: number, delimiter: number, final: boolean): RawRecord | null {
  let fields = 1;
  let lines = 0;
  let fieldStart = start;
  let quoted = false;
  let strayQuote = false;
  let blank = true;
  const record = (end: number, textEnd: number, lineEnd: LineEnd | null): RawRecord => ({
    end,
    fields,
    lines,
    lineEnd,
    blank,
    lastFieldEmpty: fieldStart === textEnd,
    strayQuote,
  });
  for (let i = start; i < buffer.length; i++) {
    const byte = buffer[i];
    if (quoted) {
      if (byte === LF || (byte === CR && buffer[i + 1] !== LF)) lines++;
      if (byte !== QUOTE) continue;
      const next = buffer[i + 1];
      if (next === QUOTE) i++;
      else {
        quoted = false;
        if (next === undefined && !final) return null;
        strayQuote ||= next !== undefined && next !== delimiter && next !== LF && next !== CR;
      }
    } else if (byte === LF) {
      lines++;
      return record(i + 1, i, 'LF');
    } else if (byte === CR) {
      if (i + 1 === buffer.length && !final) return null;
      lines++;
      return buffer[i + 1] === LF ? record(i + 2, i, 'CRLF') : record(i + 1, i, 'CR');
    } else {
      blank = false;
      if (byte === delimiter) {
        fields++;
        fieldStart = i + 1;
      } else if (byte === QUOTE && i === fieldStart) quoted = true;
    }
  }
  return final && !quoted ? record(buffer.length, buffer.length, null) : null;
}

/** A record with its place: the line it begins on, the header's and an editor's first being 1, and its bytes. */
interface PlacedRecord extends RawRecord {
  readonly line: number;
  readonly bytes: Buffer;
}

/**
 * Walks through the records of a plain CSV file from its header on until `visit` returns true. Returns the line of a
 * record that never ends, or null.
 */
async function walk(path: string, layout: CsvLayout, visit: (record: PlacedRecord) => boolean): Promise<number | null> {
  const delimiter = layout.delimiter.charCodeAt(0);
  const file = await open(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    let line = 1;
    for (let first = true; ; first = false) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES);
      const final = bytesRead === 0;
      const piece = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let start = first && piece.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
      while (start < piece.length) {
        const record = nextRecord(piece, start, delimiter, final);
        if (record === null) break;
        const placed = { ...record, line, bytes: piece.subarray(start, record.end) };
        if (line > layout.linesBefore && visit(placed)) return null;
        line += record.lines;
        start = record.end;
      }
      rest = piece.subarray(start);
      if (final || rest.length > MAX_RECORD_BYTES) return rest.length > 0 ? line : null;
    }
  } finally {
    await file.close();
  }
}

/** DuckDB passes over blank lines, unless there is one column, where they are a missing value. */
function counts(record: RawRecord, layout: CsvLayout): boolean {
  return !record.blank || layout.columns.length === 1;
}

/**
 * The line of the file, as an editor counts it (the header of an ordinary file is line 1), on which a row begins, or
 * null when the file has no such row.
 * @param row 0 for the first row after the header
 */
export async function lineOfRow(path: string, layout: CsvLayout, row: number): Promise<number | null> {
  let left = row + 1;
  let line: number | null = null;
  await walk(path, layout, (record) => {
    if (!counts(record, layout) || left-- > 0) return false;
    line = record.line;
    return true;
  });
  return line;
}

/** What is wrong with the file's make-up at its first bad line, as a sentence without its end; null: nothing is. */
export async function findBrokenLine(path: string, layout: CsvLayout): Promise<string | null> {
  let fault: string | null = null;
  let usualEnd: LineEnd | null = null;
  const columns = layout.columns.length;
  const endless = await walk(path, layout, (record) => {
    if (!counts(record, layout)) return false;
    fault = faultOf(record, columns, usualEnd);
    usualEnd ??= record.lineEnd;
    return fault !== null;
  });
  if (endless === null) return fault;
  return `line ${endless} opens a quote that is not closed, or is longer than ${MAX_RECORD_BYTES} bytes`;
}

function faultOf(record: PlacedRecord, columns: number, usualEnd: LineEnd | null): string | null {
  const at = `line ${record.line}`;
  if (!isUtf8(record.bytes)) return `${at} is not valid UTF-8; save the file as UTF-8`;
  if (record.strayQuote) return `${at} has text after a closing quote; a quote inside quotes is written twice`;
  // One empty field too many, from a delimiter at the line's end, does no harm.
  const fields = record.fields === columns + 1 && record.lastFieldEmpty ? columns : record.fields;
  if (fields !== columns) return `${at} has ${fields} values where the header names ${columns} columns`;
  if (record.lineEnd !== null && usualEnd !== null && record.lineEnd !== usualEnd) {
    return `${at} ends with ${record.lineEnd} where the lines before end with ${usualEnd}; save the file with one kind`;
  }
  return null;
}
