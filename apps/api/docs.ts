import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_SECURITY } from '@app/auth';
import { completeDocument } from './complete-document.js';

const DESCRIPTION = `
Transactions in; score, decision and reasons out. Labelled data in; a better model out, which takes over only if it
beats the champion on the same rows.

Press **Authorize**, enter your key, and try any route: each has an example.
\`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (IETF draft, version 06) come with every answer to a
request that was counted: none with 403, 405, 408, 415, 431, for a path that is not there, or for a body that there is no
room for, at all (413) or just now (\`busy\`).
Errors are RFC 9457 problem details with a \`request_id\` and a stable \`code\`, one of these:
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
    .addTag('metrics', 'For Prometheus')
    .build();
  return completeDocument(SwaggerModule.createDocument(api, description));
}

/** The docs page at \`/docs\`, its document at \`/openapi.json\`. Both are public, and show nothing that is data. */
export function serveDocs(api: NestFastifyApplication): void {
  SwaggerModule.setup('docs', api, () => openApiDocument(api), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Fraud scoring',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
