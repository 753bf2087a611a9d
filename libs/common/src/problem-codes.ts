/** Codes for statuses, where nothing more is known. */
const CODES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'timeout',
  409: 'conflict',
  413: 'too_large',
  415: 'unsupported_media_type',
  422: 'invalid_body',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'unavailable',
};

export function codeOf(status: number): string {
  return CODES[status] ?? 'refused';
}
