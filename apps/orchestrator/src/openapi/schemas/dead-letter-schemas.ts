import { refusalCodes } from '@baton/bus';
import { type JsonObject } from '@baton/contracts';
import { deadLetterBodySchemas } from '../../api/dead-letters/dead-letter-bodies';
import { replayOutcomes } from '../../dead-letters/replayer';
import { anObject, answer, anything, flag, id, integer, list, oneOf, orNull, page, ref, text, time } from './parts';

const summary = {
  id,
  at: { ...time, description: 'Of the refusal.' },
  reasonCode: oneOf(refusalCodes),
  reason: text,
  origin: { ...orNull(text), description: 'The queue it was in; null: it was sent to the dead letters itself.' },
  exchange: text,
  key: text,
  messageId: orNull(text),
  type: orNull(text),
  source: orNull(text),
  user: { ...orNull(text), description: 'The AMQP user who sent it.' },
  contentType: orNull(text),
  size: { ...integer, description: 'Bytes of content as it came.' },
  copies: { ...integer, description: 'Letters that were alike in every byte.' },
  deliveries: orNull(integer),
  storedAt: time,
  replays: integer,
  replayedAt: orNull(time),
  replayedTo: orNull(text),
  replayedBy: orNull(text),
};

export const deadLetterSchemas = {
  ...deadLetterBodySchemas,
  DeadLetterSummary: answer(summary),
  DeadLetterPage: page('DeadLetterSummary'),
  DeadLetter: answer({
    ...summary,
    headers: anObject,
    content: { ...anything, description: 'When it is JSON.' },
    contentBase64: { ...orNull(text), description: 'When it is not.' },
    truncated: { ...flag, description: 'Only the beginning is kept: it cannot be sent again.' },
    history: list(ref('HistoryEntry')),
  }),
  DeadLetterReplayed: answer({ id, outcome: oneOf(replayOutcomes), reason: orNull(text) }),
  DeadLetterReplays: answer({
    outcomes: { type: 'object', additionalProperties: integer, description: 'Letters by outcome.' },
    items: list(ref('DeadLetterReplayed')),
    nextCursor: orNull(text),
  }),
  DeadLettersPurged: answer({ purged: integer, more: flag }),
} satisfies Record<string, JsonObject>;
