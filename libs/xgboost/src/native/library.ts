import koffi from 'koffi';
import { XgboostUnavailableError } from '../errors.js';
import { SIGNATURES } from './signatures.js';

/** Debian's and Ubuntu's name, the build's own name, and where Homebrew puts it. */
const USUAL_PATHS = [
  'libxgboost.so.0',
  'libxgboost.so',
  '/opt/homebrew/lib/libxgboost.dylib',
  '/usr/local/lib/libxgboost.dylib',
];

export interface NativeLibrary {
  /** Path or name under which the system's loader finds it. */
  readonly path: string;
  /** "1.7.4" */
  readonly version: string;
}

/**
 * Finds XGBoost's C library. It stays loaded for the life of the process: its OpenMP threads outlive any unloading.
 * Throws XgboostUnavailableError.
 */
export function findLibrary(explicitPath: string | undefined): NativeLibrary {
  limitSpinning();
  let reason = '';
  for (const path of explicitPath === undefined ? USUAL_PATHS : [explicitPath]) {
    try {
      return { path, version: probe(path) };
    } catch (error) {
      reason = oneLine(error);
    }
  }
  throw new XgboostUnavailableError(
    explicitPath === undefined
      ? 'XGBoost is not installed: install libxgboost0 (Debian, Ubuntu) or xgboost (Homebrew), or set XGBOOST_LIBRARY to the path of libxgboost'
      : `XGBOOST_LIBRARY: ${explicitPath} is not a usable XGBoost library (${reason}); set it to the path of libxgboost 1.6 or newer`,
  );
}

/**
 * OpenMP's threads wait for one another by spinning for milliseconds: with one core busy elsewhere a training then takes
 * ten times as long and more. GNU's OpenMP reads its limit once, when it is loaded. What the environment says stays.
 */
function limitSpinning(): void {
  const self = koffi.load(null);
  if (self.func('getenv', 'str', ['str'])('OMP_WAIT_POLICY') === null) {
    self.func('setenv', 'int', ['str', 'str', 'int'])('GOMP_SPINCOUNT', '10000', 0);
  }
}

/** Loads the library, makes sure that it has every function we call, and asks for its version. */
function probe(path: string): string {
  const library = koffi.load(path);
  for (const [name, parameters] of Object.entries(SIGNATURES)) library.func(name, 'int', [...parameters]);
  const parts = [new Int32Array(1), new Int32Array(1), new Int32Array(1)] as const;
  library.func('XGBoostVersion', 'void', ['void *', 'void *', 'void *'])(...parts);
  return parts.map((part) => part[0]).join('.');
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
