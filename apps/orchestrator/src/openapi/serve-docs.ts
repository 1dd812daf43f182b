import { type INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { buildDocument } from './document';

/** The document at /api/openapi.json and its UI, without the internet, at /api/docs. Open to everybody. */
export function serveDocs(app: INestApplication, version: string): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('api/docs', app, () => (document ??= buildDocument(app, version)), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Baton API',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true },
  });
}
