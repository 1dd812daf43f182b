import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { componentSchemas } from './schemas';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const health = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Health' } } } };

/** The OpenAPI 3.1 document of every route there is. */
export function buildDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Baton')
    .setDescription('An agent mesh: tasks that are never lost, workflows, supervised agents and a complete audit.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addServer('/')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  const schemas = componentSchemas as unknown as NonNullable<OpenAPIObject['components']>['schemas'];
  document.components = { ...document.components, schemas: schemas ?? {} };
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => (item[method] ? [{ path, operation: item[method] }] : [])),
  );
  for (const { path, operation } of operations) if (path.startsWith('/healthz')) describeHealth(operation);
  nameOnce(operations);
  return document;
}

/** A handler may serve several paths (aliases); each operation has a name of its own. */
function nameOnce(operations: readonly { path: string; operation: Operation }[]): void {
  const used = new Set<string>();
  for (const { path, operation } of operations) {
    const [tag = 'health'] = operation.tags ?? [];
    const plain = `${tag}_${operation.operationId}`;
    const alias = `${plain}_${path.replace(/[{}]/g, '').split('/').filter(Boolean).join('_')}`;
    operation.operationId = used.has(plain) ? alias : plain;
    used.add(operation.operationId);
  }
}

function describeHealth(operation: Operation): void {
  operation.tags = ['health'];
  operation.summary = 'What is up and what is down';
  operation.security = [];
  operation.responses = {
    200: { description: 'All is up', ...health },
    503: { description: 'Something is down', ...health },
  };
}
