import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The clone. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
export const NODE_MODULES = join(ROOT, 'node_modules');
export const DIST = join(ROOT, 'dist');
/** What the set-up fetches for itself; not in git, safe to delete. */
export const TOOLS = join(ROOT, '.tools');
