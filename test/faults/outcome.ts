/** How a request ended. `wrong`: in a way that no fault excuses. */
export type Outcome =
  | { readonly kind: 'answered'; readonly body: unknown }
  | { readonly kind: 'connection' | 'unavailable' }
  | { readonly kind: 'wrong'; readonly what: string };

/** What an operating system, or undici for it, says of a connection that broke or was not made. */
const BROKEN: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET']);

const SHOWN = 300;

/** Of an answer: 200, or 503 as problem details that say when to try again, and nothing else. */
export function outcomeOf(status: number, headers: Readonly<Record<string, unknown>>, text: string): Outcome {
  const body = parsed(text);
  if (status === 200 && body !== undefined) return { kind: 'answered', body };
  if (status === 503 && isProblem(body) && Number(headers['retry-after']) > 0 && isProblemType(headers['content-type']))
    return { kind: 'unavailable' };
  return { kind: 'wrong', what: `${status}, Retry-After ${String(headers['retry-after'])}: ${text.slice(0, SHOWN)}` };
}

/** Of a request without a whole answer. */
export function outcomeOfError(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (BROKEN.has(code)) return { kind: 'connection' };
  return { kind: 'wrong', what: error instanceof Error ? `${String(code)} ${error.message}` : String(error) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblemType(type: unknown): boolean {
  return typeof type === 'string' && type.startsWith('application/problem+json');
}

function isProblem(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return (
    'code' in body &&
    typeof body.code === 'string' &&
    'detail' in body &&
    typeof body.detail === 'string' &&
    'status' in body &&
    body.status === 503 &&
    'request_id' in body
  );
}
