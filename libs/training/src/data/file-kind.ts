/** How many bytes from a file's beginning the functions here want to see. */
export const HEAD_BYTES = 65_536;

/** True when the bytes begin as a web page does. */
export function looksLikeHtml(head: Buffer): boolean {
  const start = head.toString('utf8', 0, 1024).replace(/^\uFEFF/, '');
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html)\b/i.test(start);
}

/** True for a gzip file: its magic number and the only compression method there is (RFC 1952). */
export function isGzip(head: Buffer): boolean {
  return head.length > 2 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** True for a zstd file: the magic number of a frame, or of a skippable frame before it (RFC 8878). */
export function isZstd(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** True for a Parquet file. */
export function isParquet(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'PAR1';
}

/** True when the bytes begin as JSON lines do: with an object. */
export function looksLikeJsonLines(head: Buffer): boolean {
  return /^\uFEFF?\s*\{/.test(head.toString('utf8', 0, 1024));
}

const SIGNATURES: readonly (readonly [signature: string, advice: string])[] = [
  ['504b0304', 'it is a zip archive or an Excel workbook; send the CSV itself, plain or gzipped'],
  ['d0cf11e0', 'it is an old Excel workbook; export it as CSV'],
  ['50415245', 'it is an encrypted Parquet file; send it unencrypted'],
  ['4f524301', 'it is an ORC file; send CSV, Parquet or JSON lines'],
  ['fd377a585a00', 'it is compressed with xz; use gzip or zstd'],
  ['314159265359', 'it is compressed with bzip2; use gzip or zstd'],
  ['25504446', 'it is a PDF; send a CSV'],
  ['1f8b', 'it is compressed twice; compress it once'],
  ['28b52ffd', 'it is compressed twice; compress it once'],
  ['fffe', 'it is encoded as UTF-16; save it as UTF-8'],
  ['feff', 'it is encoded as UTF-16; save it as UTF-8'],
];

/** Why these (unpacked) first bytes cannot be the beginning of a CSV file, or null when they may be. */
export function whyNotCsv(head: Buffer): string | null {
  for (const [signature, advice] of SIGNATURES) {
    // bzip2's mark stands after its version and block size.
    const offset = signature === '314159265359' ? 4 : 0;
    if (head.toString('hex', offset, offset + signature.length / 2) === signature) return advice;
  }
  if (looksLikeHtml(head)) return 'it is a web page; use the link that downloads the file itself';
  if (/^\uFEFF?\s*\[\s*[{[]/.test(head.toString('utf8', 0, 256))) {
    return 'it is one JSON array; write each row as an object on a line of its own (JSON lines)';
  }
  if (head.includes(0)) return 'it holds binary data; send CSV, Parquet or JSON lines, plain, gzipped or as zstd';
  return null;
}
