import { defineMessage } from '../message';
import { dateTime, nullable, object, oneOf, text } from '../schema-parts';
import { address, type Address } from './address';

/** Messages for an address that wait while nobody is there. */
export interface Mailbox {
  readonly address: Address;
  readonly openedBy: string;
  readonly openedAt: string;
}
const mailbox = object({ address, openedBy: text, openedAt: dateTime });

/** Owner → registry (request): from the answer on durable messages for the address are kept. Idempotent. */
export const mailboxOpen = defineMessage<{ readonly address: Address }>({
  type: 'io.baton.mailbox.open.v1',
  summary: 'Open a mailbox: durable messages for the address are kept until they are taken.',
  schema: object({ address }),
});
export const mailboxOpened = defineMessage<Mailbox>({
  type: 'io.baton.mailbox.opened.v1',
  summary: 'The mailbox is open.',
  schema: mailbox,
});

/** Anybody → registry (request): STATE_CONFLICT while messages wait in it, unless they may be thrown away (`discard`). */
export interface MailboxClose {
  readonly address: Address;
  readonly discard?: boolean;
}
export const mailboxClose = defineMessage<MailboxClose>({
  type: 'io.baton.mailbox.close.v1',
  summary: 'Close a mailbox.',
  schema: object({ address, 'discard?': { type: 'boolean' } }),
});
export const mailboxClosed = defineMessage<{ readonly address: Address }>({
  type: 'io.baton.mailbox.closed.v1',
  summary: 'The mailbox is closed.',
  schema: object({ address }),
});

export const receiptOutcomes = ['handled', 'filtered', 'refused'] as const;
export type ReceiptOutcome = (typeof receiptOutcomes)[number];

/** Recipient → sender, when the message carries `baton-receipt: wanted` and a reply-to: what became of it here. */
export interface MessageReceipt {
  readonly address: Address;
  readonly outcome: ReceiptOutcome;
  /** Why it was refused. */
  readonly reason: string | null;
}
export const messageReceipt = defineMessage<MessageReceipt>({
  type: 'io.baton.message.receipt.v1',
  summary: 'What became of a message at one recipient.',
  schema: object({ address, outcome: oneOf(receiptOutcomes), reason: nullable(text) }),
});
