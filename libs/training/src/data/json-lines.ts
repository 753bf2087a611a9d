import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The objects on the whole lines of a file's beginning; what cannot be read is passed over. */
export function objectsIn(head: Buffer): object[] {
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  return text.split(/\r?\n/).flatMap((line) => {
    const object = objectOf(line);
    return object === null ? [] : [object];
  });
}

/**
 * What is wrong with the first line that is no JSON object, as a sentence without its end; null: nothing is.
 */
export async function findBrokenObject(path: string): Promise<string | null> {
  let fault: string | null = null;
  await walk(path, (line, number) => {
    if (line.trim() !== '' && objectOf(line) === null) fault = faultOf(line, number);
    return fault !== null;
  });
  return fault;
}

/** The line, 1 being the first, on which a row stands (0 for the first), or null. DuckDB passes over blank lines. */
export async function lineOfObject(path: string, row: number): Promise<number | null> {
  let left = row;
  let found: number | null = null;
  await walk(path, (line, number) => {
    if (line.trim() === '' || left-- > 0) return false;
    found = number;
    return true;
  });
  return found;
}

async function walk(path: string, visit: (line: string, number: number) => boolean): Promise<void> {
  const input = createReadStream(path, { encoding: 'utf8', highWaterMark: 1_048_576 });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) if (visit(line, ++number)) return;
  } finally {
    lines.close();
    input.destroy();
  }
}

function objectOf(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function faultOf(line: string, number: number): string {
  const at = `line ${number}`;
  if (number === 1 && line.startsWith('\uFEFF')) return `${at} begins with a byte order mark; save the file without it`;
  try {
    JSON.parse(line);
  } catch {
    return /\b(NaN|-?Infinity)\b/.test(line)
      ? `${at} has NaN or Infinity, which JSON does not know; write null where a value is missing`
      : `${at} is not valid JSON; write each row as an object on one line`;
  }
  return `${at} is not an object; write each row as {"column": value, …}`;
}
