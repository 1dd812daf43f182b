import { type Pattern } from '@baton/bus';
import {
  type Address,
  type CloudEvent,
  messageReceipt,
  type MessageReceipt,
  type Problem,
  type ReceiptOutcome,
  receiptOutcomes,
  requestFailed,
} from '@baton/contracts';

/**
 * What became of a message at one recipient. `handled`, `filtered` and `refused` are what it said itself; `stored`: it
 * waits in a mailbox; `unroutable`: there is no such mailbox; `no-answer`: it is not there, or said nothing in time;
 * `unconfirmed`: it was not asked.
 */
export const recipientOutcomes = [...receiptOutcomes, 'stored', 'unroutable', 'no-answer', 'unconfirmed'] as const;
export interface Recipient {
  readonly address: Address;
  readonly outcome: (typeof recipientOutcomes)[number];
  readonly reason: string | null;
}

/** `delivered`: in the queue of somebody who is there. */
export const outcomes = ['delivered', 'stored', 'heard', 'unheard', 'answered'] as const;
export interface MessageOutcome {
  readonly id: string;
  readonly pattern: Pattern;
  readonly outcome: (typeof outcomes)[number];
  readonly recipients: readonly Recipient[];
  /** Of a request. */
  readonly answer?: CloudEvent<unknown>;
}

/** Whether somebody may still have to say what became of it. */
export function isOpen({ outcome, recipients }: MessageOutcome): boolean {
  if (outcome === 'delivered' && recipients.length === 0) return true;
  return recipients.some(({ outcome: at }) => at === 'no-answer' || at === 'unconfirmed');
}

/**
 * The recipients asked with what they answered, those that were silent as `silent` says; then whoever else answered.
 * `askedAs` tells the address somebody was asked under who answers by another. Several under one address answer for it one after the other: refused counts before handled, handled before filtered.
 */
export function recipientsOf(
  asked: readonly Address[],
  answers: readonly CloudEvent<unknown>[],
  silent: (address: Address) => Recipient['outcome'],
  askedAs: ReadonlyMap<Address, Address> = new Map(),
): Recipient[] {
  const said = new Map<Address, Recipient>();
  for (const answer of answers) {
    const given = toRecipient(answer, asked);
    const receipt = { ...given, address: askedAs.get(given.address) ?? given.address };
    const before = said.get(receipt.address);
    if (!before || rank(receipt) < rank(before)) said.set(receipt.address, receipt);
  }
  const known = asked.map((address) => said.get(address) ?? { address, outcome: silent(address), reason: null });
  return [...known, ...[...said.values()].filter(({ address }) => !asked.includes(address))];
}

function rank({ outcome }: Recipient): number {
  return ['refused', 'handled', 'filtered'].indexOf(outcome);
}

/** What is no receipt was sent by somebody who knows none: an answer says handled, a problem refused. */
function toRecipient({ type, source, data }: CloudEvent<unknown>, asked: readonly Address[]): Recipient {
  const [only] = asked.length === 1 ? asked : [];
  if (type === messageReceipt.type && isReceipt(data)) return { ...data, address: only ?? data.address };
  const address = only ?? source;
  if (type !== requestFailed.type) return { address, outcome: 'handled', reason: null };
  const { detail } = (data ?? {}) as Partial<Problem>;
  return { address, outcome: 'refused', reason: typeof detail === 'string' ? detail : null };
}

function isReceipt(data: unknown): data is MessageReceipt {
  const { address, outcome, reason } = (data ?? {}) as Partial<MessageReceipt>;
  const known = receiptOutcomes.includes(outcome as ReceiptOutcome);
  return typeof address === 'string' && known && (reason === null || typeof reason === 'string');
}
