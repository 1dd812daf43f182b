import { type JsonObject } from '@baton/contracts';
import { type DurableQueueType } from '../rabbitmq/declare';
import { channels } from './channel-parts';
import { eventSchemas, messageComponents } from './message-parts';
import { operations, partyTags } from './operation-parts';

export interface AsyncApiOptions {
  readonly version: string;
  /** What durable queues are on this broker: arguments differ. */
  readonly durableQueueType: DurableQueueType;
}

const description = `What travels over RabbitMQ, for programs in any language. All messages are CloudEvents 1.0 in JSON, one
(structured mode) or several (batch mode) in a message. Each operation belongs to the party it is tagged with: what an agent of
your own sends and receives is what has the tag \`agent\`.`;

/** The AsyncAPI 3 document of the mesh, made from contracts, topology and the table of who sends what. */
export function asyncApiDocument({ version, durableQueueType }: AsyncApiOptions): JsonObject {
  return {
    asyncapi: '3.0.0',
    id: 'urn:baton:mesh',
    info: {
      title: 'Baton',
      version,
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: partyTags(),
    },
    defaultContentType: 'application/cloudevents+json',
    servers,
    channels: channels(durableQueueType),
    operations: operations(),
    components: { schemas: eventSchemas(), messages: messageComponents(), securitySchemes },
  };
}

const variables = (port: string): JsonObject => ({
  host: { default: 'localhost', description: 'Where the broker is; a cluster has several.' },
  port: { default: port },
});
const users = [{ $ref: '#/components/securitySchemes/user' }];
const servers: JsonObject = {
  plain: {
    host: '{host}:{port}',
    protocol: 'amqp',
    protocolVersion: '0.9.1',
    variables: variables('5672'),
    security: users,
  },
  tls: {
    host: '{host}:{port}',
    protocol: 'amqps',
    protocolVersion: '0.9.1',
    variables: variables('5671'),
    security: [...users, { $ref: '#/components/securitySchemes/certificate' }],
  },
};
const securitySchemes: JsonObject = {
  user: {
    type: 'userPassword',
    description: 'A user of RabbitMQ. Its name travels as the property user-id, checked by the broker.',
  },
  certificate: { type: 'X509', description: 'A client certificate.' },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the HTTP API, in the AMQP header `authorization`: `Bearer <token>`.',
  },
};
