import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST, NODE_MODULES, ROOT } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const SOURCES = ['apps', 'libs', 'bench', 'test/faults', 'package-lock.json', 'tsconfig.json', 'nest-cli.json'];
/** In dist, which a build empties first: an interrupted build has no marker. */
const MARKER = join(DIST, '.built-from');

/** `nest build`, when a source file is another than at the last good build. */
export async function build() {
  const wanted = fingerprint();
  if (isBuiltFrom(wanted)) return;
  say('Building …');
  rmSync(MARKER, { force: true });
  const { code, output } = await runQuietly(
    process.execPath,
    [join(NODE_MODULES, '@nestjs/cli/bin/nest.js'), 'build'],
    {
      cwd: ROOT,
    },
  );
  if (code !== 0) throw new SetupError(`The build failed:\n${output.trim()}`);
  writeFileSync(MARKER, wanted);
}

function isBuiltFrom(wanted) {
  try {
    return readFileSync(MARKER, 'utf8') === wanted;
  } catch {
    return false;
  }
}

/** Names, sizes and times of the sources. Times alone would miss a deleted file. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(join(ROOT, path));
    if (stat.isDirectory()) {
      for (const name of readdirSync(join(ROOT, path)).sort()) add(join(path, name));
    } else if (!path.endsWith('.spec.ts')) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  SOURCES.forEach(add);
  return hash.digest('hex');
}
