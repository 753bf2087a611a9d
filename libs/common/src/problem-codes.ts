/** Codes of what Fastify refuses, of which nothing more is known. */
const CODES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
};

export function codeOf(status: number): string {
  return CODES[status] ?? 'refused';
}
