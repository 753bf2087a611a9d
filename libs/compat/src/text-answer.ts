import { StreamableFile } from '@nestjs/common';

/** An answer that is written already, as JSON unless said otherwise. */
export function textAnswer(text: string, type = 'application/json'): StreamableFile {
  const bytes = Buffer.from(text);
  return new StreamableFile(bytes, { type, length: bytes.length });
}
