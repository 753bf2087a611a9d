import { STATUS_CODES } from 'node:http';
import type { ApiDocument, Operation } from './document.js';
import type { FuzzRequest } from './requests.js';
import type { FuzzAnswer } from './send.js';
import { isJson } from '../openapi.js';

type Content = Operation['responses'][string]['content'];

/** What must never stand in an answer: stacks, places in the code, SQL. */
const LEAKS =
  /\n\s+at |node_modules|file:\/\/\/\w|\.[jt]s:\d+|\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) "?\w+|violates|syntax error at|ECONN|QueryFailed/;

/** Judges answers by what the document promises. */
export class Judge {
  /** `POST /v1/models 415` for each answer whose status the document does not know. */
  readonly undocumented = new Set<string>();

  constructor(private readonly document: ApiDocument) {}

  /** @returns what is wrong with the answer; null: nothing */
  faultOf(request: FuzzRequest, answer: FuzzAnswer): string | null {
    const { status, text } = answer;
    const exact = this.operationOf(request);
    const operation = exact ?? this.operationsOf(request.method).find((each) => each.path === request.template);
    const id = answer.headers['x-request-id'];
    if (typeof id !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(id)) return `X-Request-ID is ${JSON.stringify(id)}`;
    if (LEAKS.test(text)) return 'the answer tells what is none of the client’s business';
    if (status >= 500 && !isDocumentedAbsence(operation, request, answer)) return `status ${status}`;
    this.note(request, operation, status);
    if (request.method === 'HEAD') return null;
    if (status < 400 && !operation?.responses[status]) return `status ${status}, which is not documented here`;
    // Where a bent path leads nowhere, the answer is that of no route.
    const documented = (status === 404 ? exact : operation)?.responses[status];
    if (documented) {
      const fault = this.formFault(documented.content, answer);
      if (fault !== null) return fault;
    }
    return status < 400 || isReadiness(request, status) ? null : errorFault(request, answer, id);
  }

  /** Without its last parameter a path may be another operation's: a slash at the end means nothing. */
  private operationOf({ target, method }: FuzzRequest): Operation | undefined {
    const path = target.replace(/\/?(\?.*)?$/s, '');
    return this.operationsOf(method).find((each) => patternOf(each.path).test(path));
  }

  private operationsOf(method: string): readonly Operation[] {
    const asked = method === 'HEAD' ? 'GET' : method;
    return this.document.operations.filter((each) => each.method === asked);
  }

  /**
   * What is not found may be so on every path, and a bent one may be another route's; where there is no route, the body
   * may be looked at first.
   */
  private note({ template, method }: FuzzRequest, operation: Operation | undefined, status: number): void {
    const known = operation ? [...Object.keys(operation.responses), '404', '405'] : ['404', '405', '413', '415'];
    if (!known.includes(String(status))) this.undocumented.add(`${method} ${template} ${status}`);
  }

  /** Whether the answer is what the document says of its status. */
  private formFault(content: Content, answer: FuzzAnswer): string | null {
    if (!content || Object.keys(content).length === 0)
      return answer.text === '' ? null : 'a body where none is documented';
    const type = mediaTypeOf(answer);
    const schema = content[type]?.schema;
    if (!schema) return `${type} where ${Object.keys(content).join(', ')} is documented`;
    if (!isJson(type)) return null;
    const errors = this.document.openApi.schemaErrors({ ...schema }, parsed(answer.text));
    return errors.length === 0 ? null : `not the documented form: ${errors.join('; ')}`;
  }
}

/** Problem details, or the error form of the Open Inference Protocol. */
function errorFault({ target }: FuzzRequest, answer: FuzzAnswer, id: string): string | null {
  const type = mediaTypeOf(answer);
  const body = parsed(answer.text);
  if (typeof body !== 'object' || body === null) return `an error without a body: ${type}`;
  if (/^\/v2(?![^/?])/.test(target) && answer.status !== 431) {
    const error: unknown = Reflect.get(body, 'error');
    return typeof error === 'string' && error !== '' && Object.keys(body).length === 1 ? null : 'not {"error"}';
  }
  if (type !== 'application/problem+json') return `an error as ${type}`;
  const wrong = Object.entries({
    type: 'about:blank',
    title: STATUS_CODES[answer.status],
    status: answer.status,
    request_id: id,
  }).filter(([name, value]) => Reflect.get(body, name) !== value);
  if (wrong.length > 0) return `problem details with another ${wrong.map(([name]) => name).join(', ')}`;
  const { code, detail, errors = [] } = body as { code?: unknown; detail?: unknown; errors?: unknown };
  if (typeof code !== 'string' || !/^[a-z_]+$/.test(code) || code === 'refused')
    return `the code ${JSON.stringify(code)}`;
  if (typeof detail !== 'string' || detail === '') return 'no detail';
  return Array.isArray(errors) && errors.every(isFieldError) ? null : 'errors that are no list of {path, message}';
}

function isFieldError(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    typeof Reflect.get(error, 'path') === 'string' &&
    typeof Reflect.get(error, 'message') === 'string' &&
    Reflect.get(error, 'message') !== ''
  );
}

/** A model without a champion: 503, and when to try again. */
function isDocumentedAbsence(
  operation: Operation | undefined,
  { method }: FuzzRequest,
  { status, headers, text }: FuzzAnswer,
): boolean {
  if (status !== 503 || operation?.responses[503] === undefined) return false;
  return (
    operation.path.endsWith('/ready') ||
    (Number(headers['retry-after']) > 0 && (method === 'HEAD' || text.includes('no champion')))
  );
}

/** Probes answer 503 in the form of their 200. */
function isReadiness({ template }: FuzzRequest, status: number): boolean {
  return status === 503 && template.endsWith('health/ready');
}

function mediaTypeOf({ headers }: FuzzAnswer): string {
  return (
    String(headers['content-type'] ?? 'no content type')
      .split(';')[0]
      ?.trim() ?? ''
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The paths of an operation: no part of them holds what can be in a pattern. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
