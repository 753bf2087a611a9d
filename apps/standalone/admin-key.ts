import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@app/config';

/**
 * The administrator's key: API_KEY where it is set. Otherwise one of 32 random bytes, made on the first start and kept
 * in the data directory, where only its owner can read it.
 */
export async function adminKey({ apiKey, dataDir }: Pick<Config, 'apiKey' | 'dataDir'>): Promise<string> {
  if (apiKey !== null) return apiKey;
  const path = join(dataDir, 'api-key');
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (kept) return kept;
  const made = `fs_${randomBytes(32).toString('base64url')}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}
