import koffi from 'koffi';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { XgboostError, readableMessage } from '../errors.js';
import { type NativeReply, serveNativeCalls } from './serve-native-calls.js';
import { type NativeFunction, SIGNATURES } from './signatures.js';

type Buffers = Float32Array | BigUint64Array | Uint8Array;
type Pointer = bigint | null | Buffers;
type NativeArgument = number | string | Pointer;

/** What a parameter of SIGNATURES takes; koffi would read a number given for a text as an address. */
type ArgumentFor<Parameter> = Parameter extends 'str' ? string : Parameter extends 'void *' ? Pointer : number;
type ArgumentsFor<Parameters extends readonly string[]> = {
  readonly [Index in keyof Parameters]: ArgumentFor<Parameters[Index]>;
};
type ArgumentsOf<Name extends NativeFunction> = ArgumentsFor<(typeof SIGNATURES)[Name]>;

interface PendingCall {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** The call's arguments: the collector must not take a buffer that C is reading. */
  readonly keep: readonly NativeArgument[];
}

/**
 * A thread of our own that calls XGBoost.
 *
 * koffi's own asynchronous calls run on whichever thread of libuv's pool is idle, and XGBoost keeps its random numbers,
 * prediction cache, results and last error per thread: trained that way, a model is slower, differs from run to run,
 * and an error has no text. See docs/decisions/0002-xgboost-by-ffi.md.
 */
export class NativeThread {
  private readonly pending: PendingCall[] = [];
  private tail: Promise<unknown> = Promise.resolve();
  private failure: Error | null = null;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (reply: NativeReply) => {
      const call = this.pending.shift();
      if (this.pending.length === 0) worker.unref();
      if (reply === null) call?.resolve();
      else call?.reject(new XgboostError(readableMessage(reply)));
    });
    worker.on('error', (error) => {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', () => {
      this.fail(new XgboostError('the thread that calls XGBoost has ended'));
    });
    // An idle thread does not keep the process alive.
    worker.unref();
  }

  /** Starts a thread that calls the library at `libraryPath`; about 20 ms until its first answer. */
  static async start(libraryPath: string): Promise<NativeThread> {
    const koffiPath = createRequire(import.meta.url).resolve('koffi');
    const source =
      `(${serveNativeCalls.toString()})(require(${JSON.stringify(koffiPath)}),` +
      `require('node:worker_threads').parentPort,${JSON.stringify(libraryPath)},${JSON.stringify(SIGNATURES)});`;
    const thread = new NativeThread(new Worker(source, { eval: true, name: 'xgboost', execArgv: [], env: {} }));
    // The verbosity is one of the things XGBoost keeps per thread; its log would go to our standard output.
    await thread.call('XGBSetGlobalConfig', '{"verbosity":0}');
    return thread;
  }

  get ended(): boolean {
    return this.failure !== null;
  }

  /** Calls one C function. Buffers are passed by address and kept until it has returned. Throws XgboostError. */
  call<Name extends NativeFunction>(name: Name, ...args: ArgumentsOf<Name>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(this.failure);
        return;
      }
      if (this.pending.length === 0) this.worker.ref();
      this.pending.push({ resolve, reject, keep: args });
      this.worker.postMessage({ name, args: args.map(addressOfBuffer) });
    });
  }

  /** Runs tasks one after the other: what XGBoost returns lies in memory that its next call overwrites. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task);
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Ends the thread, and with it everything XGBoost keeps for it. */
  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const call of this.pending.splice(0)) call.reject(this.failure);
  }
}

function addressOfBuffer(argument: NativeArgument): number | bigint | string | null {
  return typeof argument === 'object' && argument !== null ? koffi.address(argument) : argument;
}

/** Calls a function that writes a handle through one of its arguments. */
export async function callForHandle<Name extends NativeFunction>(
  thread: NativeThread,
  name: Name,
  args: (out: BigUint64Array) => ArgumentsOf<Name>,
): Promise<bigint> {
  const out = new BigUint64Array(1);
  await thread.call(name, ...args(out));
  return out[0] ?? 0n;
}
