import type koffiModule from 'koffi';
import type { MessagePort } from 'node:worker_threads';

/** One call of a C function; pointers are addresses. */
export interface NativeCall {
  readonly name: string;
  readonly args: readonly (number | bigint | string | null)[];
}

/** Why the call failed; null when it did not. */
export type NativeReply = string | null;

/**
 * What a native thread runs: takes calls from the port one by one and answers each with XGBoost's error text or null.
 *
 * The thread is started from this function's source text, because a worker needs a file that Node can load and this
 * one is TypeScript under test and JavaScript in the build. It must therefore use nothing from outside itself.
 */
/* istanbul ignore next: a coverage counter would be something from outside */
export function serveNativeCalls(
  koffi: typeof koffiModule,
  port: MessagePort,
  libraryPath: string,
  signatures: Readonly<Record<string, readonly string[]>>,
): void {
  const library = koffi.load(libraryPath);
  const lastError = library.func('XGBGetLastError', 'str', []);
  const functions = new Map<string, (...args: unknown[]) => unknown>();
  for (const [name, parameters] of Object.entries(signatures)) {
    functions.set(name, library.func(name, 'int', [...parameters]));
  }
  port.on('message', (call: NativeCall) => {
    let reply: NativeReply;
    try {
      reply = functions.get(call.name)?.(...call.args) === 0 ? null : String(lastError());
    } catch (error) {
      reply = `${call.name}: ${String(error)}`;
    }
    port.postMessage(reply);
  });
}
