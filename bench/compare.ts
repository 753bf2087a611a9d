/** `npm run bench:compare -- before.json after.json`: what `npm run bench:quality` wrote for two commits, side by side. */
import { readFile } from 'node:fs/promises';
import { QUALITY_HEADINGS, qualityRows, type QualityReport } from './quality-table.js';
import { printTable } from './table.js';

const [before, after] = process.argv.slice(2);
if (before === undefined || after === undefined) throw new Error('Two files are needed: before.json after.json');
printTable([...QUALITY_HEADINGS], qualityRows(await read(before), await read(after)));

async function read(path: string): Promise<QualityReport> {
  return JSON.parse(await readFile(path, 'utf8')) as QualityReport;
}
