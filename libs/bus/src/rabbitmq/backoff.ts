/** Once, almost at once: most losses are of the connection, not of the broker. */
const FIRST_MS = 25;
const SECOND_MS = 100;
/** A broker that comes back is met soon; a dial to one that is down costs next to nothing. */
const LONGEST_MS = 1000;

/** Delay before try number `attempt` (0 first): 25 ms, then doubles from 100 ms up to a second; up to a fifth more or less. */
export function backoffMs(attempt: number, random: number): number {
  const delay = attempt === 0 ? FIRST_MS : Math.min(SECOND_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_MS);
  return Math.round(delay * (0.8 + 0.4 * random));
}
