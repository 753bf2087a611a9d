import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_SECURITY } from '@app/auth';
import { Champions } from '@app/model-registry';
import { DecisionsService } from '@app/scoring';
import { completeDocument } from './complete-document.js';

const DESCRIPTION = `
Transactions in; score, decision and reasons out. Labelled data in; a better model out, which takes over only if it
beats the champion on the same rows.

Press **Authorize**, enter your key, and try any route: each has an example that works.
\`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (IETF draft, version 06) come with every answer to a key.
Errors are RFC 9457 problem details with a stable \`code\` and a \`request_id\`.
`;

/** The OpenAPI document of the application's routes. */
export function openApiDocument(api: NestFastifyApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Fraud scoring')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'Where this document was found')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, API_KEY_SECURITY)
    .addTag('scoring', 'Transactions in, decisions out')
    .addTag('training', 'Labelled data in, versions out')
    .addTag('models', 'Definitions, versions, promotions')
    .addTag('keys', 'Who may send requests, and which; for administrators')
    .addTag('compatibility', 'Routes of the services that this one replaces')
    .addTag('open inference', 'The Open Inference Protocol, version 2; errors are `{"error"}`')
    .addTag('health', 'For probes and load balancers; no key')
    .build();
  return completeDocument(SwaggerModule.createDocument(api, description));
}

/** The docs page at \`/docs\`, its document at \`/openapi.json\`. */
export function serveDocs(api: NestFastifyApplication): void {
  SwaggerModule.setup('docs', api, () => openApiDocument(api), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Fraud scoring',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
    patchDocumentOnRequest: (request, _reply, document) => examplesThatWork(api, request, document),
  });
}

/** The page shows examples that work at this moment; the document stays the same for all. */
async function examplesThatWork(
  api: NestFastifyApplication,
  request: unknown,
  document: OpenAPIObject,
): Promise<OpenAPIObject> {
  if (!isForPage(request)) return document;
  // The page is there also while the database is not.
  const decision = await api
    .get(DecisionsService)
    .newestId()
    .catch(() => null);
  const champion = api.get(Champions).find('credit-card')?.version;
  const paths = { ...document.paths };
  show(paths, '/v1/decisions/{id}', 'get', 'id', decision);
  show(paths, '/v2/models/{name}/versions/{version}/infer', 'post', 'version', champion?.toString());
  return { ...document, paths };
}

function show(
  paths: OpenAPIObject['paths'],
  path: string,
  method: 'get' | 'post',
  name: string,
  example: string | null | undefined,
): void {
  const operation = paths[path]?.[method];
  if (!operation?.parameters || !example) return;
  const parameters = operation.parameters.map((parameter) =>
    'name' in parameter && parameter.name === name
      ? { ...parameter, schema: { ...parameter.schema, example } }
      : parameter,
  );
  paths[path] = { ...paths[path], [method]: { ...operation, parameters } };
}

function isForPage(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'url' in request && String(request.url).startsWith('/docs');
}
