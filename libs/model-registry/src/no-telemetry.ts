/**
 * ONNX Runtime tells its maker of its use, and keeps what it has not sent in the user's home, unless this is set before it is
 * loaded: import it first.
 */
// eslint-disable-next-line no-restricted-properties -- set for a library, not read
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
