import { type JsonObject } from '../json';

/**
 * Who a message is for: the id or the name of an agent, or the name of a service. A name stays the same over restarts,
 * so mailboxes and memberships belong to names.
 */
export type Address = string;

/** Addresses and channels are keys of exchanges: letters, digits, dots, underscores and hyphens, at most 100. */
export const addressPattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';
export const address: JsonObject = { type: 'string', pattern: addressPattern };
