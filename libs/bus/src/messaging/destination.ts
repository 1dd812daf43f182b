import { addressPattern, type Address } from '@baton/contracts';
import { MessageInvalidError } from '../errors';

/**
 * Most recipients of one multicast, and most bytes of their addresses with `addressOverhead` for each: headers have
 * 64 KiB. A thousand UUIDs fit, and 530 of the longest addresses.
 */
export const multicastLimits = { recipients: 1000, addressBytes: 60_000, addressOverhead: 13 } as const;

/** What RabbitMQ takes for a routing key. */
const maxKeyBytes = 255;
const address = new RegExp(addressPattern);
const key = /^[^\s.*#]+(\.[^\s.*#]+)*$/;
const pattern = /^(\*|#|[^\s.*#]+)(\.(\*|#|[^\s.*#]+))*$/;

/** Throws MessageInvalidError unless it can be an address (or a channel, or the name of a subscription: `what`). */
export function checkAddress(given: Address, what = 'address'): void {
  if (typeof given === 'string' && address.test(given)) return;
  throw new MessageInvalidError(
    `${quoted(given)} is no ${what}: use 1 to 100 letters, digits, dots, underscores and hyphens, the first a letter or digit.`,
  );
}

/** Throws MessageInvalidError unless an event can be published under this key. */
export function checkKey(given: string): void {
  if (typeof given === 'string' && key.test(given) && fits(given)) return;
  throw new MessageInvalidError(
    `${quoted(given)} is no key of an event: use words joined by dots, without spaces, * and #, at most ${maxKeyBytes} bytes.`,
  );
}

/** Throws MessageInvalidError unless events can be subscribed to by this pattern. */
export function checkPattern(given: string): void {
  if (typeof given === 'string' && pattern.test(given) && fits(given)) return;
  throw new MessageInvalidError(
    `${quoted(given)} is no pattern of keys: use words joined by dots, each a text, * (one word) or # (any number), at most ${maxKeyBytes} bytes.`,
  );
}

/** Throws MessageInvalidError unless these can get one multicast: 1 to 1,000 different addresses. */
export function checkRecipients(given: readonly Address[]): void {
  const { recipients, addressBytes, addressOverhead } = multicastLimits;
  if (given.length < 1 || given.length > recipients) {
    throw new MessageInvalidError(`A multicast has 1 to ${recipients} recipients, this one ${given.length}.`);
  }
  for (const one of given) checkAddress(one);
  const seen = new Set<Address>();
  const twice = given.find((one) => seen.size === seen.add(one).size);
  if (twice !== undefined)
    throw new MessageInvalidError(`The multicast names ${twice} twice. Name each recipient once.`);
  const bytes = given.reduce((sum, one) => sum + one.length + addressOverhead, 0);
  if (bytes <= addressBytes) return;
  throw new MessageInvalidError(
    `The addresses of the multicast take ${bytes} bytes of headers; ${addressBytes} travel with one message. Send several multicasts.`,
  );
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= maxKeyBytes;
}

/** Strangers' texts are cut: they end up in messages and logs. */
function quoted(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 120));
}
