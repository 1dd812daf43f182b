import { patterns } from '@baton/bus';
import { type JsonObject } from '@baton/contracts';
import { messageBodySchema } from '../../api/messages/message-body';
import { outcomes, recipientOutcomes } from '../../api/messages/message-outcome';
import { anything, answer, list, oneOf, orNull, ref, text, time } from './parts';

export const messageSchemas = {
  Message: {
    ...messageBodySchema,
    examples: [
      { pattern: 'direct', to: 'probe-1', type: 'com.example.hello', data: { text: 'hello' } },
      { pattern: 'broadcast', channel: 'news', type: 'com.example.news', data: { text: 'all' }, durable: true },
    ],
  },
  MessageRecipient: answer(
    { address: text, outcome: oneOf(recipientOutcomes), reason: orNull(text) },
    'handled, filtered and refused are what the recipient said; stored: it waits in a mailbox; unroutable: no mailbox ' +
      'is open; no-answer: it is not there or said nothing in time; unconfirmed: it was not asked.',
  ),
  MessageOutcome: answer({
    id: { type: 'string', description: 'Of the event: the Idempotency-Key, if there was one.' },
    pattern: oneOf(patterns),
    outcome: oneOf(outcomes),
    recipients: list(ref('MessageRecipient')),
    'answer?': ref('CloudEvent'),
  }),
  CloudEvent: {
    ...answer({
      specversion: { const: '1.0' },
      id: text,
      source: text,
      type: text,
      'time?': time,
      'subject?': text,
      'data?': anything,
    }),
    additionalProperties: true,
  },
} satisfies Record<string, JsonObject>;
