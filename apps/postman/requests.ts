import type { Link } from './chain.js';
import type { Item, Url, Variable } from './format.js';
import type { Components } from './openapi.js';
import { type Answer, type Operation, type Parameter, type RequestBody, routeOf } from './operation.js';
import { plainText } from './print-json.js';
import { requestBody } from './request-body.js';
import { testScript } from './test-script.js';

/** What a request is made with besides its operation. */
export interface Setting {
  readonly link: Link;
  /** What uploads send. */
  readonly file: string;
  readonly schemas: Components['schemas'];
}

/** The requests of one operation, one for each example of its body. @param name what the operation is called */
export function requestsOf(operation: Operation, name: string, setting: Setting): Item[] {
  const bodies = setting.link.firstExampleOnly ? operation.bodies.slice(0, 1) : operation.bodies;
  if (bodies.length === 0) return [request(operation, name, undefined, setting)];
  return bodies.map((body) =>
    request(operation, bodies.length === 1 ? name : `${name}: ${body.summary || body.mediaType}`, body, setting),
  );
}

function request(
  operation: Operation,
  name: string,
  body: RequestBody | undefined,
  { link, file, schemas }: Setting,
): Item {
  const answer = expected(operation, link);
  return {
    name,
    event: [
      {
        listen: 'test',
        script: { type: 'text/javascript', exec: testScript(answer, link, body?.mediaType ?? '', schemas) },
      },
    ],
    ...(answer.status >= 300 && answer.status < 400 && { protocolProfileBehavior: { followRedirects: false } }),
    request: {
      method: operation.method,
      ...(operation.open && { auth: { type: 'noauth' } }),
      header: headers(operation, body),
      url: url(operation, link),
      ...(body && { body: requestBody(body, link, file, schemas) }),
      description: description(operation, link),
    },
  };
}

function expected(operation: Operation, { expects }: Link): Answer {
  const answer = expects === undefined ? operation.success : operation.answers.find(({ status }) => status === expects);
  if (!answer) throw new Error(`apps/postman/chain.ts: ${routeOf(operation)} has no ${expects} in the document`);
  return answer;
}

/** Postman makes the header of a form itself: it knows the boundary. */
function headers({ parameters }: Operation, body: RequestBody | undefined): Variable[] {
  const type = body && body.mediaType !== 'multipart/form-data' ? body.mediaType : undefined;
  return [
    ...(type === undefined ? [] : [{ key: 'Content-Type', value: type }]),
    ...parameters.filter((parameter) => parameter.in === 'header').map(optional),
  ];
}

function url({ path, parameters }: Operation, { takes = {} }: Link): Url {
  const segments = path.slice(1).replace(/\{(\w+)\}/g, ':$1');
  const query = parameters.filter((parameter) => parameter.in === 'query').map(optional);
  const variable = parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name, example, description: text }) => ({
      key: name,
      value: takes[name] === undefined ? plainText(example) : `{{${takes[name]}}}`,
      ...(text && { description: text }),
    }));
  return {
    raw: `{{base_url}}/${segments}`,
    host: ['{{base_url}}'],
    path: segments.split('/'),
    ...(query.length > 0 && { query }),
    ...(variable.length > 0 && { variable }),
  };
}

/** There to be ticked; not sent unless the route needs it. */
function optional({ name, example, required, description: text }: Parameter): Variable {
  return {
    key: name,
    value: plainText(example),
    ...(!required && { disabled: true }),
    ...(text && { description: text }),
  };
}

function description({ description: text, statuses }: Operation, { note }: Link): string {
  const rows = statuses
    .filter(([, meaning]) => meaning !== '')
    .map(([status, meaning]) => `- **${status}** ${meaning}`);
  return [text, note, rows.join('\n')].filter(Boolean).join('\n\n');
}
