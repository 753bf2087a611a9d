/** XGBoost refused something; the message is XGBoost's own, without its source line and stack trace. */
export class XgboostError extends Error {
  readonly code = 'xgboost';
  override readonly name = 'XgboostError';
}

/** XGBoost's C library is not there; the message is one line and says what to install or set. */
export class XgboostUnavailableError extends Error {
  readonly code = 'xgboost_unavailable';
  override readonly name = 'XgboostUnavailableError';
}

/**
 * The readable part of what XGBoost says: its messages begin with the time, a source line and the failed check,
 * and end with a stack trace.
 */
export function readableMessage(raw: string): string {
  const withoutTrace = raw.split('\nStack trace:')[0] ?? raw;
  const message = withoutTrace
    .replace(/^\[\d\d:\d\d:\d\d\]\s*/, '')
    .replace(/^\S+\.(?:cc|cu|cuh|h):\d+:\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return message === '' ? 'XGBoost failed and gave no reason' : message;
}
