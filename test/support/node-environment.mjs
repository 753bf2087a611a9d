import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest runs tests in a realm of its own, whose typed arrays native addons do not recognise:
 * ONNX Runtime answers "must be Float32Array". The outer ones cure it.
 */
export default class NativeAddonEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { Float32Array, Float64Array, Int32Array, BigInt64Array, Uint8Array, ArrayBuffer });
  }

  /** An application under test prints its log when its suite has failed. */
  handleTestEvent({ name }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.global.testFailed = true;
  }
}
