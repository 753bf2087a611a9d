import type { OpenAPIObject } from '@nestjs/swagger';
import { type Chain, CHAIN } from './chain.js';
import type { Collection, Item, Variable } from './format.js';
import { type Operation, readOperations, routeOf } from './operation.js';
import { plainText } from './print-json.js';
import { requestsOf } from './requests.js';

const DESCRIPTION = `
A request for every route and every example, each with a test of what the API's document promises: status, media type, fields.

Set \`base_url\` and \`api_key\` in the environment; some requests need the administrator's key. Run the collection from top to
bottom, as often as you like: requests hand on what later ones need (a decision's id, an upload's, a training's, a key's
name). It scores the document's examples, trains one version on a small simulated file, which never takes over from a
version trained on real data, defines a model, and makes a key and revokes it.

Made from the document by \`npm run postman\`; changes made here by hand are lost.
`;

/** The collection of a document: a folder for each tag, in the document's order. @param file what uploads send */
export function collectionOf(document: OpenAPIObject, file: string, chain = CHAIN): Collection {
  const operations = readOperations(document);
  const tags = [...(document.tags ?? []), ...undescribed(document, operations)];
  const inOrder = tags.flatMap(({ name }) => operations.filter(({ tag }) => tag === name));
  checkChain(inOrder, chain);
  const summaries = operations.map(({ summary }) => summary);
  const nameOf = ({ summary, path }: Operation): string =>
    summaries.indexOf(summary) === summaries.lastIndexOf(summary) ? summary : `${summary} (${path})`;
  const requests = (operation: Operation): Item[] =>
    requestsOf(operation, nameOf(operation), {
      link: chain[routeOf(operation)] ?? {},
      file,
      schemas: document.components?.schemas,
    });
  return {
    info: {
      name: document.info.title,
      description: DESCRIPTION.trim(),
      version: document.info.version,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: {
      type: 'apikey',
      apikey: [
        { key: 'key', value: keyHeader(document), type: 'string' },
        { key: 'value', value: '{{api_key}}', type: 'string' },
        { key: 'in', value: 'header', type: 'string' },
      ],
    },
    item: tags
      .map(({ name, description = '' }) => ({
        name,
        description,
        item: inOrder.filter(({ tag }) => tag === name).flatMap(requests),
      }))
      .filter(({ item }) => item.length > 0),
    variable: variables(inOrder, chain),
  };
}

function undescribed(
  document: OpenAPIObject,
  operations: readonly Operation[],
): { name: string; description?: string }[] {
  const described = new Set(document.tags?.map(({ name }) => name));
  return [...new Set(operations.map(({ tag }) => tag))].filter((tag) => !described.has(tag)).map((name) => ({ name }));
}

function keyHeader({ components }: OpenAPIObject): string {
  const names = Object.values(components?.securitySchemes ?? {}).flatMap((scheme) =>
    'type' in scheme && scheme.type === 'apiKey' && scheme.name !== undefined ? [scheme.name] : [],
  );
  const [name] = names;
  if (name === undefined) throw new Error('the document has no key in a header');
  return name;
}

/** @throws Error where a link names a route or a field that is gone, or a request takes what none before it gives */
function checkChain(operations: readonly Operation[], chain: Chain): void {
  const routes = new Set(operations.map(routeOf));
  const gone = Object.keys(chain).filter((route) => !routes.has(route));
  if (gone.length > 0) throw new Error(`apps/postman/chain.ts: not in the document: ${gone.join(', ')}`);
  const given = new Set<string>();
  for (const operation of operations) {
    const route = routeOf(operation);
    const { takes = {}, gives = {}, unique } = chain[route] ?? {};
    for (const [field, variable] of Object.entries(takes)) {
      exampleIn(operation, field);
      if (!given.has(variable)) throw new Error(`${route} takes ${variable}, which no request before it gives`);
    }
    if (unique !== undefined) exampleIn(operation, unique);
    for (const variable of Object.keys(gives)) given.add(variable);
  }
}

/** What requests hand on; before a run, the document's examples. */
function variables(operations: readonly Operation[], chain: Chain): Variable[] {
  const found = operations.flatMap((operation) =>
    Object.entries(chain[routeOf(operation)]?.takes ?? {}).map(([field, variable]) => ({
      key: variable,
      value: plainText(exampleIn(operation, field)),
    })),
  );
  return found.filter(({ key }, index) => found.findIndex((other) => other.key === key) === index);
}

/** @throws Error where the operation has neither a parameter nor a field of the body of this name */
function exampleIn(operation: Operation, field: string): unknown {
  const parameter = operation.parameters.find(({ name }) => name === field);
  if (parameter) return parameter.example;
  const body: unknown = operation.bodies[0]?.example;
  if (typeof body === 'object' && body !== null && field in body) return Reflect.get(body, field) as unknown;
  throw new Error(`apps/postman/chain.ts: ${routeOf(operation)} has no ${field} in the document`);
}
