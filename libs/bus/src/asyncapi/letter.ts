import { type JsonObject } from '@baton/contracts';
import { letterHeaders, refusalCodes } from '../refusal';

const text = (description: string): JsonObject => ({ type: 'string', description });
const count = (description: string): JsonObject => ({ type: 'integer', minimum: 0, description });

const told: Record<keyof typeof letterHeaders, JsonObject> = {
  reason: text('Why it could not be handled.'),
  code: { type: 'string', enum: [...refusalCodes], description: 'The same for programs.' },
  origin: text('The queue it was refused from.'),
  exchange: text('The exchange it was sent to.'),
  key: text('The key it was sent with.'),
  at: { type: 'string', format: 'date-time', description: 'When it was refused.' },
  user: text('The AMQP user who had sent it.'),
  deliveries: count('How often it was delivered.'),
  bytes: count('How many bytes it had, when not all of them were kept.'),
  letter: text('One refusal, one id: the same letter delivered twice is seen as one.'),
};
const byBroker: JsonObject = {
  type: 'array',
  description: 'RabbitMQ’s own account, where the broker gave the message up.',
  items: {},
};

/** A message among the dead letters: whatever it was, with the reason in its headers. */
export const deadLetter: JsonObject = {
  name: 'dead.letter',
  title: 'A message that could not be handled, as it came.',
  headers: {
    type: 'object',
    properties: {
      ...Object.fromEntries(
        Object.entries(letterHeaders).map(([what, name]) => [name, told[what as keyof typeof told]]),
      ),
      'x-death': byBroker,
    },
  },
  payload: {},
  bindings: { amqp: { bindingVersion: '0.3.0' } },
};
