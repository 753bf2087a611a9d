/**
 * `npm run lint:deploy`: runs every other script of this folder; each is one check, and prints what is wrong. Where
 * cfn-lint or kubectl is missing, that is said, and the rest goes on; with LINT_DEPLOY=all it is an error.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const SELF = basename(import.meta.filename);
const checks = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.mjs') && name !== SELF);
const failed = checks.filter(
  (name) => spawnSync(process.execPath, [join(import.meta.dirname, name)], { stdio: 'inherit' }).status !== 0,
);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
