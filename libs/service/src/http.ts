import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { type IsStream, requireJson, requireSoundJson } from './json-body.js';
import { ProblemFilter } from './problem.js';
import { validationPipe } from './validation.js';

/** JSON bodies; attachments come as streams and have a limit of their own. */
export const JSON_BODY_BYTES_MAX = 1024 * 1024;

/** Compressed bodies are refused: what they become has no size that the caller said. */
const JSON_BODY = { limit: JSON_BODY_BYTES_MAX, strict: true, inflate: false, verify: requireSoundJson };

/** What every HTTP door of the house has: limits, validation, problem details, security headers, documentation. */
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

function openApi(app: INestApplication, title: string) {
  const document = new DocumentBuilder()
    .setTitle(title)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'vls_…' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, document);
}
