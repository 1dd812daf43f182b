import { addressPattern, type JsonObject } from '@baton/contracts';
import { answer, flag, integer, orNull, page, text, time } from './parts';

const name: JsonObject = { type: 'string', pattern: addressPattern };
const types: JsonObject = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'object', additionalProperties: true }, flag] },
  description: 'Types of messages it takes, each with the JSON Schema of its data. Empty: any, unchecked.',
};
const closed = (properties: Record<string, JsonObject>, ...examples: object[]): JsonObject => ({
  ...answer(properties),
  additionalProperties: false,
  examples: examples as JsonObject[],
});
const waiting: JsonObject = {
  ...orNull(integer),
  description: 'Messages in the mailbox; null: there is none, or the broker cannot be asked.',
};

export const channelSchemas = {
  Channel: answer({ name, description: orNull(text), types, members: integer, createdBy: text, createdAt: time }),
  ChannelPage: page('Channel'),
  ChannelCreate: closed(
    { name, 'description?': { type: 'string', maxLength: 2000 }, 'types?': types },
    { name: 'orders', types: { 'shop.order.placed': { type: 'object', required: ['id'] } } },
  ),
  ChannelMember: answer({
    channel: name,
    member: name,
    durable: { ...flag, description: 'What is said while it is away waits in its mailbox.' },
    joinedAt: time,
    present: {
      ...orNull(flag),
      description:
        'Whether an agent of this name is there, or somebody takes from its mailbox; null: it is no agent and keeps none.',
    },
    waiting,
  }),
  ChannelMemberPage: page('ChannelMember'),
  ChannelJoin: closed({ member: name, 'durable?': flag }, { member: 'research-1', durable: true }),
  Mailbox: answer({
    address: name,
    openedBy: text,
    openedAt: time,
    waiting,
    attended: { ...orNull(flag), description: 'Whether somebody takes from it now.' },
  }),
  MailboxPage: page('Mailbox'),
  MailboxOpen: closed({ address: name }, { address: 'research-1' }),
} satisfies Record<string, JsonObject>;
