import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_SECURITY } from '@app/auth';
import { DecisionsService } from '@app/scoring';
import { completeDocument } from './complete-document.js';

const DESCRIPTION = `
Transactions in; score, decision and reasons out. Labelled data in; a better model out, which takes over only if it
beats the champion on the same rows.

Press **Authorize**, enter your key, and try any route: each has an example that works.
\`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (IETF draft, version 06) come with every answer to a key.
Errors are RFC 9457 problem details with a stable \`code\` and a \`request_id\`.
`;

/** The docs page at \`/docs\`, its document at \`/openapi.json\`. */
export function serveDocs(api: NestFastifyApplication): void {
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
  SwaggerModule.setup('docs', api, () => completeDocument(SwaggerModule.createDocument(api, description)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Fraud scoring',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
    patchDocumentOnRequest: (request, _reply, document) => exampleThatWorks(api, request, document),
  });
}

/** The page needs a decision that exists for its example to work; the document stays the same for all. */
async function exampleThatWorks(
  api: NestFastifyApplication,
  request: unknown,
  document: OpenAPIObject,
): Promise<OpenAPIObject> {
  const path = '/v1/decisions/{id}';
  const get = document.paths[path]?.get;
  if (!isForPage(request) || !get?.parameters) return document;
  // The page is there also while the database is not.
  const id = await api
    .get(DecisionsService)
    .newestId()
    .catch(() => null);
  if (id === null) return document;
  const parameters = get.parameters.map((parameter) =>
    'name' in parameter && parameter.name === 'id'
      ? { ...parameter, schema: { ...parameter.schema, example: id } }
      : parameter,
  );
  return {
    ...document,
    paths: { ...document.paths, [path]: { ...document.paths[path], get: { ...get, parameters } } },
  };
}

function isForPage(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'url' in request && String(request.url).startsWith('/docs');
}
