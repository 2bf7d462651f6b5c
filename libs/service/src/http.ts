import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { type IsStream, requireJson, requireSoundJson } from './json-body.js';
import { completeOpenApi } from './openapi.js';
import { ProblemFilter } from './problem.js';
import { validationPipe } from './validation.js';

/** JSON bodies; attachments come as streams and have a limit of their own. */
export const JSON_BODY_BYTES_MAX = 1024 * 1024;

/** Compressed bodies are refused: what they become has no size that the caller said. */
const JSON_BODY = { limit: JSON_BODY_BYTES_MAX, strict: true, inflate: false, verify: requireSoundJson };

/** What every HTTP interface of Valise has: limits, validation, problem details, security headers, documentation. */
export function furnish(app: NestExpressApplication, title: string, isStream: IsStream = () => false): void {
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        // The documentation page is Swagger UI, whose start script is inline.
        directives: { 'script-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null },
      },
    }),
  );
  app.use(requireJson(isStream));
  app.useBodyParser('json', JSON_BODY);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  SwaggerModule.setup('docs', app, () => openApi(app, title), { jsonDocumentUrl: 'docs/openapi.json' });
}

/** The document of an application, as it is served. */
export function openApi(app: INestApplication, title: string): OpenAPIObject {
  const document = new DocumentBuilder()
    .setTitle(title)
    .setDescription('Errors are problem details (RFC 9457) with a stable `code`. Times are ISO 8601 in UTC.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    // 3.0 has no null, and says in four ways what 3.1 says in one.
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'vls_…' })
    .addSecurityRequirements('bearer')
    .build();
  return completeOpenApi(SwaggerModule.createDocument(app, document, { operationIdFactory }));
}

/** What generated clients call it: `messagesCreate`. */
const operationIdFactory = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '').replace(/^./, (first) => first.toLowerCase())}${method.replace(/^./, (first) => first.toUpperCase())}`;
