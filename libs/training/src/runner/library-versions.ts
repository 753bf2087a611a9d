import { createRequire } from 'node:module';
import type { Xgboost } from '@app/xgboost';

const require = createRequire(import.meta.url);

/** What a version was trained, read and exported with; by the same it can be trained again. */
export function libraryVersions(xgboost: Xgboost): Record<string, string> {
  return {
    xgboost: xgboost.version,
    onnxruntime: packageVersion('onnxruntime-node'),
    duckdb: packageVersion('@duckdb/node-api'),
    node: process.versions.node,
  };
}

function packageVersion(name: string): string {
  const content: unknown = require(`${name}/package.json`);
  return typeof content === 'object' && content && 'version' in content ? String(content.version) : 'unknown';
}
