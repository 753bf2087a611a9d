import fc from 'fast-check';
import { type ApiDocument, type Operation } from './document.js';
import { HOSTILE_BODIES } from './hostile.js';
import {
  HOSTILE_HEADERS,
  HOSTILE_KEYS,
  HOSTILE_MEDIA_TYPES,
  HOSTILE_QUERIES,
  HOSTILE_SEGMENTS,
} from './hostile-http.js';
import { jsonTexts } from './json.js';
import { multipartBodies } from './multipart.js';
import { bodyValues } from './values.js';

export interface FuzzRequest {
  /** The path of the document that it is made from. */
  readonly template: string;
  readonly method: string;
  /** As it goes over the wire, with its query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
}

/** What is there in the application: requests that name it get past the door. */
export interface Known {
  readonly key: string;
  /** By the name of the path's parameter, or by `training/{id}` where the name alone does not tell. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** What trainings may be asked to train on: nothing that leads anywhere, nothing that takes long. */
  readonly datasets: readonly string[];
}

type Content = Pick<FuzzRequest, 'body'> & { readonly type: string | null };

/** Nobody listens there. */
const CLOSED = 'http://127.0.0.1:9/data.csv';
const OTHER_LINKS = /https?:\/\/(?!(?:user:pass@)?127\.0\.0\.1:9|\[::1\]:9)[^"\\]+/g;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const MEBIBYTE = 1_048_576;

/** Requests over all routes of the document: most of them nearly right, each with its own way of being wrong. */
export function requestsOf(document: ApiDocument, known: Known): fc.Arbitrary<FuzzRequest> {
  const each = document.operations.map((operation) => ({
    weight: Object.keys(operation.body).length > 0 ? 4 : 1,
    arbitrary: requestsTo(document, operation, known),
  }));
  return fc.oneof(...each);
}

function requestsTo(document: ApiDocument, operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: mostly(operation.method, METHODS, 30),
      path: paths(operation, known),
      query: queries(operation),
      content: contents(document, operation, known),
      type: mostly<string | undefined>(undefined, HOSTILE_MEDIA_TYPES, 12),
      key: mostly<string | null>(known.key, [...HOSTILE_KEYS, null], 30),
      headers: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        fc.array(fc.constantFrom(...HOSTILE_HEADERS), { minLength: 1, maxLength: 2 }),
      ),
    })
    .map(({ method, path, query, content, type, key, headers }) => ({
      template: operation.path,
      method,
      target: `${path}${query}`,
      headers: [
        ...(key === null ? [] : [['X-API-Key', key] as const]),
        ...headerOf('Content-Type', content.body === null ? null : (type ?? content.type)),
        ...headers,
      ],
      body: method === 'TRACE' ? null : content.body,
    }));
}

function headerOf(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

/** One value, but every so often one of the others. */
function mostly<T>(usual: T, others: readonly T[], weight: number): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

function paths({ path, parameters }: Operation, known: Known): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const values = inPath.map((name) => {
    const place =
      path
        .slice(0, path.indexOf(`{${name}}`))
        .split('/')
        .at(-2) ?? '';
    const usual = known.parameters[`${place}/{${name}}`] ?? known.parameters[name] ?? ['1'];
    return fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...usual) },
      fc.constantFrom(...HOSTILE_SEGMENTS),
      fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text)),
    );
  });
  const filled = fc
    .tuple(...values)
    .map((each) => inPath.reduce((text, name, at) => text.replace(`{${name}}`, () => each[at] ?? ''), path));
  const bent = filled.chain((text) => fc.constantFrom(`${text}/`, `/${text}`, text.toUpperCase(), `${text};a=1`));
  return fc.oneof({ weight: 30, arbitrary: filled }, bent);
}

function queries({ parameters }: Operation): fc.Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const right = ['', ...names.flatMap((name) => [`?${name}=true`, `?${name}=false`])];
  return fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...right) }, fc.constantFrom(...HOSTILE_QUERIES));
}

function contents(document: ApiDocument, operation: Operation, known: Known): fc.Arbitrary<Content> {
  const fitting = Object.entries(operation.body).map(([type, media]): fc.Arbitrary<Content> => {
    if (type === 'multipart/form-data') return multipartBodies;
    if (type === 'text/csv') return csvBodies(Object.values(media.examples ?? {}).map(({ value }) => String(value)));
    return jsonTexts(withDatasets(bodyValues(document, media), known)).chain((text) => bent(text, type));
  });
  const odd = fc.record({ type: fc.constant('application/json'), body: fc.constantFrom(...HOSTILE_BODIES.map(bytes)) });
  const [first, ...more] = fitting;
  if (!first) return fc.oneof({ weight: 9, arbitrary: fc.constant({ type: null, body: null }) }, odd);
  return fc.oneof(
    { weight: 40, arbitrary: fc.oneof(first, ...more) },
    { weight: 6, arbitrary: odd },
    { weight: 1, arbitrary: fc.constant({ type: null, body: null }) },
    { weight: 1, arbitrary: oversized(operation) },
  );
}

/** Data sets that are there, or lead nowhere, in place of what the example names. */
function withDatasets(values: fc.Arbitrary<unknown>, known: Known): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.constantFrom(CLOSED, ...known.datasets))
    .map(([value, dataset]) =>
      typeof value === 'object' && value !== null && 'dataset' in value && typeof value.dataset === 'string'
        ? { ...value, dataset }
        : value,
    );
}

/** A JSON text as it is, or cut, or with something before or behind it. */
function bent(text: string, type: string): fc.Arbitrary<Content> {
  const safe = text.replace(OTHER_LINKS, CLOSED);
  const half = Buffer.from(safe.slice(0, safe.length / 2));
  return mostly(
    Buffer.from(safe),
    [
      half,
      bytes(`\ufeff${safe}`),
      bytes(`${safe}]`),
      bytes(`${safe}${safe}`),
      bytes(` \n\t${safe}\r\n`),
      Buffer.from(safe, 'utf16le'),
      Buffer.concat([half, Buffer.from([0xff, 0xc0]), half]),
    ],
    20,
  ).map((body) => ({ type, body }));
}

function csvBodies(examples: readonly string[]): fc.Arbitrary<Content> {
  const cells = fc.oneof(
    { weight: 5, arbitrary: fc.double({ noNaN: true, min: -1e3, max: 1e3 }).map(String) },
    fc.constantFrom('', 'NaN', 'inf', '1e400', '"', '"1"', 'x', '\u0000', '1;2', ' 1 ', 'Time', 'Atr1'),
  );
  const row = fc.array(cells, { minLength: 29, maxLength: 31 }).map((each) => each.join(','));
  const rows = fc.oneof(fc.constantFrom(...examples), row);
  return fc
    .tuple(fc.array(rows, { maxLength: 5 }), fc.constantFrom('\n', '\r\n', '\r', '\n\n'))
    .map(([lines, newline]) => ({ type: 'text/csv', body: Buffer.from(lines.join(newline)) }));
}

/** One byte more than the route takes. */
function oversized({ path, body }: Operation): fc.Arbitrary<Content> {
  const mebibytes = /batch$|infer$|invocations$|fraud_detection$/.test(path) ? 16 : 1;
  const text = (): Buffer =>
    Buffer.concat([Buffer.from('"'), Buffer.alloc(mebibytes * MEBIBYTE - 1, 'x'), Buffer.from('"')]);
  return fc.constant(Object.keys(body)[0] ?? 'application/json').map((type) => ({ type, body: text() }));
}

function bytes(body: string | Buffer): Buffer {
  return Buffer.from(typeof body === 'string' ? Buffer.from(body) : body);
}
